trait Ext: Iterator<Item = u32> + Sized { fn total(self) -> u32 { self.fold(0, |a, b| a + b) } }
impl<I: Iterator<Item = u32>> Ext for I {}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (0..x).total()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
