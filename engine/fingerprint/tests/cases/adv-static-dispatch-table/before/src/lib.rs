pub trait Op: Sync { fn op(&self, x: u32) -> u32; }
struct Add;
impl Op for Add { fn op(&self, x: u32) -> u32 { x + 2 } }
static OPS: &[&dyn Op] = &[&Add];
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    OPS.iter().map(|o| o.op(x)).sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
