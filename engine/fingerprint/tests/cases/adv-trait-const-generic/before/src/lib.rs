pub trait Cfg { const K: u32; }
pub struct Fast;
impl Cfg for Fast { const K: u32 = 3; }
struct Run<C: Cfg>(std::marker::PhantomData<C>);
impl<C: Cfg> Run<C> { fn go(x: u32) -> u32 { x * C::K } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Run::<Fast>::go(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
