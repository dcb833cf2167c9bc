pub struct Meters(pub u32);
#[derive(Default)] pub struct Step(pub u32);
impl std::ops::Add<Meters> for &Step { type Output = u32; fn add(self, other: Meters) -> u32 { self.0 + other.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { &Default::default() + Meters(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
