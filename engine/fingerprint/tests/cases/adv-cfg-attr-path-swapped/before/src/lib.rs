#[cfg_attr(unix, path = "a.rs")]
#[cfg_attr(not(unix), path = "b.rs")]
mod m;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
