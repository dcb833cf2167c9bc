pub struct S(u32);
impl S { pub const UNUSED: u32 = 6; pub fn v(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
