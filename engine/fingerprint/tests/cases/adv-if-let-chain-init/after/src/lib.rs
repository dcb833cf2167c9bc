fn v(x: u32) -> Option<u32> { Some(x + 2) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    if x > 1 && let Some(v) = v(x) { v } else { 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
