extern crate scrat;
mod a { pub fn f(x: u32) -> u32 { x + 1 } }
mod b { use a::f; pub fn g(x: u32) -> u32 { f(x) + ::a::f(x) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    b::g(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
