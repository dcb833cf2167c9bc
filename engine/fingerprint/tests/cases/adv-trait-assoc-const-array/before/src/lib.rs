pub trait Len { const N: usize; }
pub struct A;
impl Len for A { const N: usize = 3; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [x; <A as Len>::N].iter().sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
