pub struct A(u32); pub struct B(u32);
impl A { fn v(&self) -> u32 { self.0 } }
impl B { fn v(&self) -> u32 { self.0 + 100 } }
pub fn other(x: u32) -> u32 { B(x).v() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
