mod x1 { pub struct S; } mod x2 { pub struct S; }
mod p { use super::x1::S; impl S { pub fn t(&self) -> u32 { 1 } } }
mod q { use super::x2::S; impl S { pub fn t(&self) -> u32 { 2 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x1::S.t() * 100 + x2::S.t() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
