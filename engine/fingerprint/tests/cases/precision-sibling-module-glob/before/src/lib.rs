mod a { pub fn f(x: u32) -> u32 { x } #[allow(dead_code)] pub fn g(x: u32) -> u32 { x + 1 } }
use a::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
