mod a { pub fn f(x: u32) -> u32 { x + 1 } }
mod b { pub fn f(x: u32) -> u32 { x + 2 } }
mod inner { use super::a::*; pub fn go(x: u32) -> u32 { f(x) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    inner::go(x) + 0 * b::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
