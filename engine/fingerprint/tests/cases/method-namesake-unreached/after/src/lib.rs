struct A(u32);
impl A { fn get(&self) -> u32 { self.0 } }
pub struct B(u32);
impl B { pub fn get(&self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { A(x).get() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
