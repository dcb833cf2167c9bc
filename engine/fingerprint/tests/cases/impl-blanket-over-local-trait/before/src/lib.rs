trait A { fn a(&self) -> u32; }
trait B { fn b(&self) -> u32; }
impl<T: A> B for T { fn b(&self) -> u32 { self.a() + 1 } }
struct S(u32);
impl A for S { fn a(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { S(x).b() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
