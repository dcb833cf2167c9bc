mod slow { pub fn f(x: u32) -> u32 { x + 3 } }
mod fast { #[allow(dead_code)] pub fn f(x: u32) -> u32 { x + 2 } }
use slow::*;
#[cfg(feature = "fast")]
use fast::f;
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
