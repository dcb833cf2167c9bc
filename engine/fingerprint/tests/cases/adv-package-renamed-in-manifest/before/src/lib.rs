#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a::go(x) + 2 * b::go(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
