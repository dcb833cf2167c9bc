use std::cell::Cell;
thread_local! { static N: Cell<u32> = const { Cell::new(0) }; }
struct G; impl Drop for G { fn drop(&mut self) { N.set(N.get() + 1); } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    N.set(0);
    drop(vec![G, G]);
    N.get() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
