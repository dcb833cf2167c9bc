extern crate core as basis;
use basis::cmp::max as pick;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    pick(x, 7)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
