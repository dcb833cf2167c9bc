trait T { fn t(&self) -> u32; }
struct A; struct B;
impl T for A { fn t(&self) -> u32 { 1 } }
impl T for B { fn t(&self) -> u32 { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A.t() * 100 + B.t() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
