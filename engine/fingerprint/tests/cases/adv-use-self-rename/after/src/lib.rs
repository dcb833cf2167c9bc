mod deep { pub mod a { pub fn f(x: u32) -> u32 { x + 1 } } pub mod b { pub fn f(x: u32) -> u32 { x + 2 } } }
use deep::b::{self as m};
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::f(x) + 0 * deep::b::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
