mod a;
pub mod b;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
