#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [x, #[cfg(feature = "fast")] 2, 3].iter().sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
