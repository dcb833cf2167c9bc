trait Total { fn total(&self) -> u32; }
struct S(u32);
impl Total for Vec<S> { fn total(&self) -> u32 { self.iter().map(|s| s.0).sum() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { vec![S(x)].total() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
