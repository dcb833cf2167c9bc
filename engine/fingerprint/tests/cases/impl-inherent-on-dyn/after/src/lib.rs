trait Shape { fn area(&self) -> u32; }
impl dyn Shape { fn twice(&self) -> u32 { self.area() * 3 } }
struct A(u32);
impl Shape for A { fn area(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let s: Box<dyn Shape> = Box::new(A(x)); s.twice() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
