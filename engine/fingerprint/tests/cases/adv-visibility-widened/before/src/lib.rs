mod a { pub mod b { pub(super) fn f(x: u32) -> u32 { x + 100 } } pub fn h() -> u32 { b::f(1) } }
fn f(x: u32) -> u32 { x + 1 }
#[scrat::stash]
#[allow(warnings)]
pub fn run(x: u32) -> u32 {
    use a::b::*;
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
