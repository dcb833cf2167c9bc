#[scrat::stash]
pub fn run(x: u32) -> u32 {
    core::cmp::max(x, 3)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
