pub struct Meters(pub u32);
pub struct Boxed<T>(T);
impl Boxed<Meters> { pub fn twice(&self) -> u32 { self.0.0 * 3 } }
pub trait Twice { fn twice(&self) -> u32; }
impl Twice for Meters { fn twice(&self) -> u32 { self.0 + self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { Meters(x).twice() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
