mod u { pub fn a(x: u32) -> u32 { x + 1 } pub fn b(x: u32) -> u32 { x + 100 } }
use u::*;
pub fn other() -> u32 { b(1) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
