pub trait Score { fn score(&self) -> u32; }
pub struct A(pub u32);
impl Score for A { fn score(&self) -> u32 { self.0 + 1 } }
pub struct W<T>(pub T);
impl<T: Score> W<T> {
#[scrat::stash]
pub fn run(&self) -> u32 { self.0.score() } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
