mod m { pub trait T { #[allow(dead_code)] fn other(self) -> u32; } impl T for u32 { fn other(self) -> u32 { self + 1 } } }
struct A(u32);
impl A { fn go(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { A(x).go() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
