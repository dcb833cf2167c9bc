trait Visit { fn num(&mut self, n: u32); }
trait Node { fn accept(&self, v: &mut dyn Visit); }
struct N(u32); impl Node for N { fn accept(&self, v: &mut dyn Visit) { v.num(self.0) } }
struct Sum(u32); impl Visit for Sum { fn num(&mut self, n: u32) { self.0 += n * 2 } }
fn walk(ns: &[Box<dyn Node>]) -> u32 { let mut s = Sum(0); for n in ns { n.accept(&mut s); } s.0 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    walk(&[Box::new(N(x))])
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
