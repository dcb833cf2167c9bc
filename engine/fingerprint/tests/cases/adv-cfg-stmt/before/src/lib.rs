#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut y = x;
    #[cfg(feature = "fast")]
    { y += 1; }
    y
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
