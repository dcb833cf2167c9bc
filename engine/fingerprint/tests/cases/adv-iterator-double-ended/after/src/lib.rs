pub struct It(u32, u32);
impl Iterator for It { type Item = u32; fn next(&mut self) -> Option<u32> { if self.0 < self.1 { self.0 += 1; Some(self.0) } else { None } } }
impl DoubleEndedIterator for It { fn next_back(&mut self) -> Option<u32> { if self.0 < self.1 { self.1 -= 1; Some(self.1 + 1) } else { None } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    It(0, x).rev().fold(0, |a, b| a * 2 + b)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
