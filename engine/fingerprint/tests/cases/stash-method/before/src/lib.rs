pub struct S(u32);
impl S { fn base(&self) -> u32 { self.0 + 1 }
#[scrat::stash]
pub fn run(&self, x: u32) -> u32 { self.base() + x } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
