#[derive(Default)]
struct Bag(u32);
impl Extend<u32> for Bag { fn extend<I: IntoIterator<Item = u32>>(&mut self, i: I) { for x in i { self.0 += x + 1; } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let (a, _): (Bag, Bag) = (0..x).partition(|v| v % 2 == 0); a.0 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
