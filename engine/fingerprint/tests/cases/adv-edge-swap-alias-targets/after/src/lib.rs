struct P; struct Q;
impl P { fn k() -> u32 { 1 } } impl Q { fn k() -> u32 { 2 } }
type A = Q; type B = P;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::k() * 100 + B::k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
