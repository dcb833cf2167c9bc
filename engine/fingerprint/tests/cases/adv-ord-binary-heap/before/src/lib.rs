use std::cmp::Ordering; use std::collections::BinaryHeap;
#[derive(PartialEq, Eq)]
pub struct Job(u32);
impl PartialOrd for Job { fn partial_cmp(&self, o: &Self) -> Option<Ordering> { Some(self.cmp(o)) } }
impl Ord for Job { fn cmp(&self, o: &Self) -> Ordering { self.0.cmp(&o.0) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    BinaryHeap::from(vec![Job(x), Job(2)]).pop().map_or(0, |j| j.0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
