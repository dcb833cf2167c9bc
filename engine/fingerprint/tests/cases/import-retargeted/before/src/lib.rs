mod a { pub use crate::b::f; }
mod b { pub use crate::c::f; }
mod c { pub fn f(x: u32) -> u32 { x + 1 } }
mod d { #[allow(dead_code)] pub fn f(x: u32) -> u32 { x + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { a::f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
