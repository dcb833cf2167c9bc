struct S(u32);
impl S { fn a(&self) -> u32 { self.0 * 3 } fn b(&self) -> u32 { self.0 + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).a() * 100 + S(x).b()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
