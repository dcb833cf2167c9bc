use std::cell::Cell;
thread_local! { static A: Cell<u32> = Cell::new(1); }
thread_local! { static B: Cell<u32> = Cell::new(3); }
pub fn other() -> u32 { B.get() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A.get() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
