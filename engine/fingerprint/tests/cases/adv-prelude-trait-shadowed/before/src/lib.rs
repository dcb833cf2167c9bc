mod m { pub trait ToString { fn to_string(&self) -> u32; } impl ToString for u32 { fn to_string(&self) -> u32 { 5 } } }
#[allow(unused_imports)]
use m::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (&x).to_string() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
