mod a { pub fn f(x: u32) -> u32 { x + 1 } } mod b { pub fn f(x: u32) -> u32 { x + 2 } }
mod api { #[cfg(feature = "fast")] pub use super::a::*; #[cfg(not(feature = "fast"))] pub use super::b::*; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    api::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
