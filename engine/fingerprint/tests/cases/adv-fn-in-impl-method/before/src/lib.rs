struct S(u32);
impl S { fn v(&self) -> u32 { fn h(x: u32) -> u32 { x + 1 } h(self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
