mod a { #[allow(dead_code)] fn f(x: u32) -> u32 { x + 1 } pub fn other() {} }
mod b { pub fn f(x: u32) -> u32 { x } }
use a::*;
use b::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 { other(); f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
