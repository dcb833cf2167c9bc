mod o { pub mod a { pub fn f(x: u32) -> u32 { x + 1 } pub fn g(x: u32) -> u32 { x + 7 } } }
use o::a::{self, f};
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(a::g(x)) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
