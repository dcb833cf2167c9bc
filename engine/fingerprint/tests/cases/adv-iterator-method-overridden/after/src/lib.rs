struct I(u32); impl Iterator for I { type Item = u32; fn next(&mut self) -> Option<u32> { if self.0 == 0 { None } else { self.0 -= 1; Some(self.0) } } fn count(self) -> usize { 99 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    I(x).count() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
