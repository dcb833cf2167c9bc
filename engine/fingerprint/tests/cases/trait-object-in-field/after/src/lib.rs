trait Op { fn apply(&self, x: u32) -> u32; }
struct Add(u32);
impl Op for Add { fn apply(&self, x: u32) -> u32 { x + self.0 + 1 } }
struct Chain { ops: Vec<Box<dyn Op>> }
impl Chain { fn go(&self, x: u32) -> u32 { self.ops.iter().fold(x, |x, op| op.apply(x)) } }
fn chain() -> Chain { Chain { ops: vec![Box::new(Add(1))] } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { chain().go(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
