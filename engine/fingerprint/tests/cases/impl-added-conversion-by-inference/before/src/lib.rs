#[derive(Clone, Copy)]
struct S(u32);
impl std::ops::Not for S { type Output = u32; fn not(self) -> u32 { !self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { !S(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
