struct S(u32);
impl S { fn b(&self) -> u32 { self.0 * 2 } }
impl S { fn a(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).a() + S(x).b()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
