mod a { pub use crate::b::g as f; }
mod b { pub use crate::c::h as g; }
mod c { pub fn h(x: u32) -> u32 { x + 1 } }
use a::f;
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
