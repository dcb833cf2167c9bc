#[allow(dead_code)]
fn max(a: u32, b: u32) -> u32 { a + b }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    use std::cmp::max;
    max(x, 3)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
