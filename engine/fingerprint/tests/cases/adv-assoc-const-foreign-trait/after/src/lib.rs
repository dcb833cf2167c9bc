use std::ops::Deref;
struct A(u32);
impl A { const OFF: u32 = 2; }
impl Deref for A { type Target = u32; fn deref(&self) -> &u32 { const { assert!(Self::OFF < 9) }; if Self::OFF == 1 { &self.0 } else { &7 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    *A(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
