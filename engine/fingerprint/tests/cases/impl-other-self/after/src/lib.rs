pub struct Meters(pub u32);
pub struct Stamp(pub u32);
impl std::ops::Add<Meters> for Stamp { type Output = u32; fn add(self, other: Meters) -> u32 { self.0 * other.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { Meters(x).0 + 1 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
