struct Meters(u32);
impl From<u32> for Meters { fn from(x: u32) -> Self { Meters(x + 1) } }
fn show(m: impl Into<Meters>) -> u32 { m.into().0 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { show(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
