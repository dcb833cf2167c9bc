pub trait Stage { type Out: Make; }
pub trait Make { fn make() -> u32; }
pub struct A; pub struct B; pub struct S;
impl Make for A { fn make() -> u32 { 1 } }
impl Make for B { fn make() -> u32 { 2 } }
impl Stage for S { type Out = A; }
fn go<T: Stage>() -> u32 { <T::Out as Make>::make() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go::<S>() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
