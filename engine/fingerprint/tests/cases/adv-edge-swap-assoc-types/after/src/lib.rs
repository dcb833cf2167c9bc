trait H { type S: K; } trait K { fn k() -> u32; }
struct P; struct Q; struct X; struct Y;
impl K for P { fn k() -> u32 { 1 } } impl K for Q { fn k() -> u32 { 2 } }
impl H for X { type S = Q; } impl H for Y { type S = P; }
fn g<T: H>() -> u32 { T::S::k() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    g::<X>() * 100 + g::<Y>() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
