use std::iter::Sum;
pub struct M(u32);
impl<'a> Sum<&'a M> for M { fn sum<I: Iterator<Item = &'a M>>(i: I) -> M { M(i.map(|m| m.0).sum::<u32>() + 1) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [M(x)].iter().sum::<M>().0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
