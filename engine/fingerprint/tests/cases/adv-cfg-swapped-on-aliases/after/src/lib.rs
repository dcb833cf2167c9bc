mod a { pub fn f(x: u32) -> u32 { x + 1 } }
mod b { pub fn f(x: u32) -> u32 { x + 2 } }
mod c { #[cfg(not(unix))] pub use super::a::f as g; #[cfg(unix)] pub use super::b::f as g; }
use c::g;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    g(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
