#[allow(dead_code)]
pub struct Item(u32);
impl Item { #[allow(dead_code)] pub fn sum(&self) -> u32 { self.0 + 2 } }
fn total(i: impl Iterator<Item = u32>) -> u32 { i.sum() }
#[scrat::stash]
pub fn run(x: u32) -> u32 { total(0..x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
