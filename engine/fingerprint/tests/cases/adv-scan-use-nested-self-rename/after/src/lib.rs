mod a { pub mod b { pub fn f(x: u32) -> u32 { x + 1 } } pub mod c { pub fn f(x: u32) -> u32 { x + 7 } } }
use a::{c::{self as k}, b::{self as l}};
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    k::f(x) * 100 + l::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
