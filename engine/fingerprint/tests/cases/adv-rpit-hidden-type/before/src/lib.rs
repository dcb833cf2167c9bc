mod m {
    pub struct Count(pub u32);
    impl Iterator for Count { type Item = u32; fn next(&mut self) -> Option<u32> { if self.0 == 0 { None } else { self.0 -= 1; Some(self.0) } } }
    pub fn count(n: u32) -> impl Iterator<Item = u32> { Count(n) }
}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::count(x).sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
