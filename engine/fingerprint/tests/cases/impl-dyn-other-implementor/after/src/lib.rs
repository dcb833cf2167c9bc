pub trait Shape { fn area(&self) -> u32; }
struct A(u32);
impl Shape for A { fn area(&self) -> u32 { self.0 + 1 } }
pub struct B(u32);
impl Shape for B { fn area(&self) -> u32 { self.0 + 200 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let all: Vec<Box<dyn Shape>> = vec![Box::new(A(x))]; all.iter().map(|s| s.area()).sum() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
