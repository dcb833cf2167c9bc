mod ty { pub struct S(pub u32); }
mod tr { pub trait T { fn t(&self) -> u32; } }
mod im { use super::{tr::T as Tr, ty::S as Ty}; impl Tr for Ty { fn t(&self) -> u32 { self.0 + 2 } } }
use tr::T;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    ty::S(x).t()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
