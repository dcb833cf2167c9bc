use std::marker::PhantomData;
pub trait Unit { fn k() -> u32; }
pub struct M; impl Unit for M { fn k() -> u32 { 11 } }
pub struct L<U>(u32, PhantomData<U>);
impl<U: Unit> L<U> { fn v(&self) -> u32 { self.0 * U::k() } }
type Metres = L<M>;
fn mk(x: u32) -> Metres { L(x, PhantomData) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mk(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
