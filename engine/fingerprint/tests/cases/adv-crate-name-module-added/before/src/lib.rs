#[scrat::stash]
#[allow(warnings)]
pub fn run(x: u32) -> u32 {
    crate::alloc::max(x, 4)
}

mod alloc { pub use std::cmp::max; }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
