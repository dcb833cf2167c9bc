struct A(u32); struct B(u32);
macro_rules! conv { () => { impl From<A> for B { fn from(a: A) -> B { B(a.0 + 1) } } } }
conv!();
fn out(b: B) -> u32 { b.0 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    out(A(x).into())
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
