const FAST: bool = cfg!(all(feature = "fast", not(windows)));
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    if FAST { x } else { x + 1 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
