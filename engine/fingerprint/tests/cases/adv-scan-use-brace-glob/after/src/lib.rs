mod a { pub mod b { pub fn f(x: u32) -> u32 { x + 2 } } pub fn g() -> u32 { 0 } }
use a::{b::*, g};
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x) + g()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
