mod a { pub fn p(x: u32) -> u32 { x + 1 } pub fn q(x: u32) -> u32 { x * 3 } }
mod b { pub use super::a::{q as one, p as two}; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    b::one(x) + 10 * b::two(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
