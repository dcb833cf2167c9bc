trait Sc { const K: u32; }
struct D; impl Sc for D { const K: u32 = 5; }
struct W<S: Sc = D>(std::marker::PhantomData<S>);
impl<S: Sc> W<S> { fn k(&self) -> u32 { S::K } }
fn mk() -> W { W(std::marker::PhantomData) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mk().k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
