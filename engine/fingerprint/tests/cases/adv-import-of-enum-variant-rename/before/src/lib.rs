#[derive(Clone, Copy)] pub enum E { A = 3, B = 7 }
use E::{A as P, B as Q};
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P as u32 * 10 + Q as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
