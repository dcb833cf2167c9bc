pub trait Area { fn area(&self) -> u32; }
impl Area for (u32, u32) { fn area(&self) -> u32 { self.0 * self.1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x, 2u32).area()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
