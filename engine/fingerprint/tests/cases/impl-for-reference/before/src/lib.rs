struct S(u32);
impl std::ops::Add for &S { type Output = u32; fn add(self, o: &S) -> u32 { self.0 + o.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { &S(x) + &S(1) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
