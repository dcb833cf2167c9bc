struct Count(u32);
impl Iterator for Count { type Item = u32; fn next(&mut self) -> Option<u32> { if self.0 == 0 { None } else { self.0 -= 1 + self.0 / 2; Some(self.0) } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let mut s = 0; for i in Count(x) { s += i; } s }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
