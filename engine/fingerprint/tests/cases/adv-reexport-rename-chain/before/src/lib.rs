mod a { pub fn alpha(x: u32) -> u32 { x + 1 } pub fn alpha2(x: u32) -> u32 { x + 7 } }
mod b { pub use super::a::alpha as beta; }
mod c { pub use super::b::beta as gamma; }
use c::gamma as delta;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    delta(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
