mod a { pub struct T(pub u32); impl T { pub fn v(&self) -> u32 { self.0 } } }
pub mod b { pub struct T(pub u32); impl T { pub fn v(&self) -> u32 { self.0 + 100 } } }
use a::T;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    T(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
