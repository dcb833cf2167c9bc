#[derive(Default)]
struct A(u32);
struct Wrapped(u32);
impl From<A> for Wrapped { fn from(a: A) -> Self { Wrapped(a.0 + 1) } }
fn get<T: Default + Into<Wrapped>>() -> u32 { T::default().into().0 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { get::<A>() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
