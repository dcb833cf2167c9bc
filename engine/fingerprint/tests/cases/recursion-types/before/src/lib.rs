struct N(u32, Option<Box<N>>);
impl N { fn sum(&self) -> u32 { self.0 + self.1.as_ref().map_or(0, |n| n.sum()) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { N(x, Some(Box::new(N(1, None)))).sum() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
