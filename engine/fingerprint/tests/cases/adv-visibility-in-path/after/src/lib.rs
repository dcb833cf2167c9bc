mod a { pub mod b { pub(in crate::a) fn f(x: u32) -> u32 { x + 100 } pub fn g() {} } pub fn h() -> u32 { b::f(1) } }
fn f(x: u32) -> u32 { x + 2 }
#[scrat::stash]
#[allow(warnings)]
pub fn run(x: u32) -> u32 {
    use a::b::*;
    g();
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
