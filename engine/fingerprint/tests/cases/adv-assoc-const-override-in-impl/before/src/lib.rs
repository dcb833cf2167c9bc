trait L { const M: u32 = 1; fn m() -> u32 { Self::M } }
struct A; impl L for A { const M: u32 = 5; }
fn g<T: L>() -> u32 { T::m() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    g::<A>() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
