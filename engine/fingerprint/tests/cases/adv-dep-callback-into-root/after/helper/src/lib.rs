pub trait Op { fn op(&self, x: u32) -> u32; }
pub struct Pipe(pub Vec<Box<dyn Op>>);
impl Pipe { pub fn run(&self, x: u32) -> u32 { self.0.iter().fold(x, |a, o| o.op(a)) } }
