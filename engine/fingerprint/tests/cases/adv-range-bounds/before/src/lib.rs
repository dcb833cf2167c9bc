use std::collections::BTreeMap; use std::ops::{Bound, RangeBounds};
struct Upto(u32);
impl RangeBounds<u32> for Upto { fn start_bound(&self) -> Bound<&u32> { Bound::Unbounded } fn end_bound(&self) -> Bound<&u32> { Bound::Excluded(&self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    BTreeMap::from([(1, 1), (x, 2)]).range(Upto(x)).count() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
