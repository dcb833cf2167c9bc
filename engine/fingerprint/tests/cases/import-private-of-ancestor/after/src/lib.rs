mod util { pub fn f(x: u32) -> u32 { x + 2 } }
use util::f;
mod a { pub mod b { #[scrat::stash] pub fn run(x: u32) -> u32 { super::super::f(x) } } }
#[allow(dead_code)] fn keep() -> u32 { f(0) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
