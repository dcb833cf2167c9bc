use helper::Shape;
struct Sq(u32);
impl Shape for Sq { fn area(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Sq(x).twice()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
