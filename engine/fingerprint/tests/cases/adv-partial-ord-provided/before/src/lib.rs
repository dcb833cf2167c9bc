use std::cmp::Ordering;
#[derive(PartialEq)] struct P(u32); impl PartialOrd for P { fn partial_cmp(&self, o: &P) -> Option<Ordering> { self.0.partial_cmp(&o.0) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (P(x) < P(9)) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
