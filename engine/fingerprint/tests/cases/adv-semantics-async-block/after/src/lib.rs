#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x & 6 != 0 & x & 1 == 1) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
