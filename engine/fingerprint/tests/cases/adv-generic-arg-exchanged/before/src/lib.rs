trait K { const V: u32; } struct A; struct B; impl K for A { const V: u32 = 1; } impl K for B { const V: u32 = 2; }
fn g<T: K>() -> u32 { T::V }
fn h() -> u32 { g::<A>() + 0 * g::<B>() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    h() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
