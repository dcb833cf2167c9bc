const fn n() -> usize { 2 }
struct S<const N: usize>;
impl<const N: usize> S<N> { fn get(&self) -> usize { N } }
#[scrat::stash]
pub fn run(x: u32) -> usize { S::<{ n() }>.get() + x as usize }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
