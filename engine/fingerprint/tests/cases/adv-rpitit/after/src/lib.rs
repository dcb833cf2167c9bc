pub trait Src { fn items(&self) -> impl Iterator<Item = u32>; }
pub struct Odd(u32);
impl Src for Odd { fn items(&self) -> impl Iterator<Item = u32> { (0..self.0).filter(|n| n % 2 == 0) } }
fn total(s: impl Src) -> u32 { s.items().sum() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    total(Odd(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
