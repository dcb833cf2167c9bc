pub trait H { type S: Default; }
#[derive(Default)] pub struct St(u32);
impl St { fn v(&self) -> u32 { self.0 + 1 } }
pub struct X; impl H for X { type S = St; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    <X as H>::S::default().v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
