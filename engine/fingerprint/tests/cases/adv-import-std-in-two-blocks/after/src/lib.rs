#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let p = { use std::cmp::min as f; f(x, 7) };
    let q = { use std::cmp::max as f; f(x, 7) };
    p * 100 + q
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
