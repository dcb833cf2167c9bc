pub struct Meters(pub u32);
#[derive(Default)] pub struct Step(pub u32);
impl std::ops::Add<Step> for Meters { type Output = u32; fn add(self, other: Step) -> u32 { self.0 + other.0 + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { Meters(x) + Default::default() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
