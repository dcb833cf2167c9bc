const K: u32 = 6;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    matches!(x, K | 7) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
