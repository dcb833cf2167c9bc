mod m { fn h(x: u32) -> u32 { x + 1 } pub trait T { fn t(&self) -> u32 { h(2) } } }
struct S; impl m::T for S {}
use m::T as _;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.t() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
