enum Kind { A = 1, B = 3 }
use Kind::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 { if x > 1 { A as u32 } else { B as u32 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
