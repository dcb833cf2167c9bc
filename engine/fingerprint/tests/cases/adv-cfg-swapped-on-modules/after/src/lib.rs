#[cfg(not(unix))] mod a { pub fn f(x: u32) -> u32 { x + 1 } }
#[cfg(unix)] mod b { pub fn f(x: u32) -> u32 { x + 2 } }
#[allow(unused_imports)]
mod both { #[cfg(not(unix))] pub use super::a::*; #[cfg(unix)] pub use super::b::*; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    both::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
