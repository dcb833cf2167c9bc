use std::cell::Cell;
thread_local! { static LOG: Cell<u32> = Cell::new(0); }
pub struct G;
impl Drop for G { fn drop(&mut self) { LOG.set(LOG.get() + 1); } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    LOG.set(0);
    { let _g = G; }
    LOG.get() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
