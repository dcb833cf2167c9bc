#[allow(dead_code)]
pub struct Circle(u32);
impl Circle { #[allow(dead_code)] pub fn area(&self) -> u32 { self.0 + 1 } }
enum Shape { Circle(u32) }
impl Shape { fn area(&self) -> u32 { match self { Shape::Circle(r) => *r } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { Shape::Circle(x).area() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
