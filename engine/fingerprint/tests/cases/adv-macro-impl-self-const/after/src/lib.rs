trait Id { const ID: u32; }
struct A; struct B;
macro_rules! ids { ($($t:ident $n:literal)*) => { $(impl Id for $t { const ID: u32 = $n; })* } }
ids! { A 3 B 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::ID + 0 * B::ID + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
