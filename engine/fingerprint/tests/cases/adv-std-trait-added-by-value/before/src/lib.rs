pub struct W(u32);
impl W { fn not(&self) -> u32 { self.0 + 1 } }
impl std::ops::Not for W { type Output = u32; fn not(self) -> u32 { self.0 * 10 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(x).not()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
