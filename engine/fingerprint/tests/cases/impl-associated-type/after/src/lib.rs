trait Pick { type Out: Default + Into<u32>; }
struct P;
#[derive(Default)] struct A;
#[derive(Default)] struct B;
impl From<A> for u32 { fn from(_: A) -> u32 { 1 } }
impl From<B> for u32 { fn from(_: B) -> u32 { 2 } }
impl Pick for P { type Out = B; }
fn get<T: Pick>() -> u32 { T::Out::default().into() }
#[allow(dead_code)] fn keep() -> B { B }
#[scrat::stash]
pub fn run(x: u32) -> u32 { get::<P>() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
