mod a { pub use crate::b::*; }
mod b { pub use crate::c::*; }
mod c { pub use crate::a::*; pub fn f(x: u32) -> u32 { x + 2 } pub fn g(x: u32) -> u32 { x } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { a::f(x) }
#[scrat::stash]
pub fn run2(x: u32) -> u32 { b::g(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
