use std::ops::Deref;
pub struct A; pub struct B;
impl A { fn v(&self) -> u32 { 1 } }
impl B { fn v(&self) -> u32 { 2 } }
static AA: A = A; static BB: B = B;
pub struct P;
impl Deref for P { type Target = B; fn deref(&self) -> &B { &BB } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P.v() + x + { let _ = &BB; 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
