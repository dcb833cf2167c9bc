mod u;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    u::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
