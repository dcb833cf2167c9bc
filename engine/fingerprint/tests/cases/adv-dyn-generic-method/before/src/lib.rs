pub trait Op { fn op(&self, x: u32) -> u32; }
struct Add; struct Mul;
impl Op for Add { fn op(&self, x: u32) -> u32 { x + 2 } }
impl Op for Mul { fn op(&self, x: u32) -> u32 { x * 2 } }
fn table() -> Vec<Box<dyn Op>> { vec![Box::new(Add), Box::new(Mul)] }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    table().iter().fold(x, |a, o| o.op(a))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
