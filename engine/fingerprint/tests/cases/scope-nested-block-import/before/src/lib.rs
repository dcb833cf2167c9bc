mod a { pub fn f(x: u32) -> u32 { x + 1 } }
mod b { pub fn f(x: u32) -> u32 { x + 2 } }
use a::f;
#[scrat::stash]
pub fn run(x: u32) -> u32 { let y = { use b::f; f(x) }; y }
#[scrat::stash]
pub fn run2(x: u32) -> u32 { let y = { use b::f; f(x) }; f(y) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
