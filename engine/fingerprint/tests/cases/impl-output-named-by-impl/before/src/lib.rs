pub struct Meters(pub u32);
pub struct Sum(u32);
impl std::fmt::Display for Sum { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, "{}", self.0) } }
impl std::ops::Add<u32> for Meters { type Output = Sum; fn add(self, other: u32) -> Sum { Sum(self.0 + other) } }
#[scrat::stash]
pub fn run(x: u32) -> String { (Meters(x) + 2).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
