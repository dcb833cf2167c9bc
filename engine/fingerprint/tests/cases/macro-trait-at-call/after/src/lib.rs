mod m { pub trait T { fn go(self) -> u32; } impl T for u32 { fn go(self) -> u32 { self + 2 } } }
mod d { macro_rules! call { ($x:expr) => { $x.go() } }
pub(crate) use call; }
mod c { use crate::m::T as _;
#[scrat::stash]
pub fn run(x: u32) -> u32 { crate::d::call!(x) } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
