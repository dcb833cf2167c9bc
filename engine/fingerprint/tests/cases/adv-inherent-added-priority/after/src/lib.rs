use std::ops::Deref;
pub struct Inner(u32);
impl Inner { fn v(&self) -> u32 { self.0 } }
pub struct Outer(Inner);
impl Outer { fn v(&self) -> u32 { 99 } }
impl Deref for Outer { type Target = Inner; fn deref(&self) -> &Inner { &self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Outer(Inner(x)).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
