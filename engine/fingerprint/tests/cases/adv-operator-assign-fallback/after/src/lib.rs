use std::ops::AddAssign;
struct V(u32);
impl AddAssign<u32> for V { fn add_assign(&mut self, o: u32) { self.0 += o * 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut v = V(x);
    v += 2;
    v.0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
