#[derive(PartialEq, Eq, PartialOrd)] struct K(u32);
impl Ord for K { fn cmp(&self, o: &K) -> std::cmp::Ordering { self.0.cmp(&o.0) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [1, x, 3].into_iter().max_by_key(|n| K(*n)).unwrap()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
