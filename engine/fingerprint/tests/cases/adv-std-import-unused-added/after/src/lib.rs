#[allow(unused_imports)]
use std::collections::HashMap;
#[allow(unused_imports)]
use std::fmt::Write;
pub struct W(u32);
impl W { fn v(&self) -> u32 { self.0 + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
