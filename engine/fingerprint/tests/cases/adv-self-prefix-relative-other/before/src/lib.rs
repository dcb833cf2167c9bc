mod a { pub mod b { pub fn f(x: u32) -> u32 { x + 1 } } pub fn g(x: u32) -> u32 { b::f(x) } }
#[allow(dead_code)] mod b { pub fn f(x: u32) -> u32 { x + 100 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a::g(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
