struct S<const N: usize = 3>;
impl<const N: usize> S<N> { fn n(&self) -> usize { N } }
#[scrat::stash]
pub fn run(x: u32) -> usize { let s: S = S; s.n() + x as usize }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
