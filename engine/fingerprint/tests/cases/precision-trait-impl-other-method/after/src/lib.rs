trait T { fn a(&self) -> u32; #[allow(dead_code)] fn b(&self) -> u32; }
struct S(u32);
impl T for S { fn a(&self) -> u32 { self.0 } fn b(&self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { S(x).a() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
