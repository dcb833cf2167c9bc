mod f { #[allow(non_snake_case)] pub fn Mk(x: u32) -> u32 { x + 1 } }
#[allow(dead_code)] pub enum E { Other(u32) }
impl E { pub fn v(&self) -> u32 { match self { E::Other(n) => *n, #[allow(unreachable_patterns)] _ => 9 } } }
trait V { fn v(&self) -> u32; } impl V for u32 { fn v(&self) -> u32 { *self } }
use f::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    #[allow(unused_imports)] use E::*;
    Mk(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
