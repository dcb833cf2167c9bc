trait T { fn go(&self) -> u32 { 1 } }
struct A;
impl T for A { fn go(&self) -> u32 { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { A.go() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
