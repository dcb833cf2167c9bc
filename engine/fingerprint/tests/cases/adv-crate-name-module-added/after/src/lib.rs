#[scrat::stash]
#[allow(warnings)]
pub fn run(x: u32) -> u32 {
    crate::alloc::max(x, 4)
}

mod alloc { pub fn max(a: u32, b: u32) -> u32 { a + b } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
