pub trait Score { fn score(&self) -> u32; }
pub struct A(pub u32);
impl Score for A { fn score(&self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run<T: Score>(t: T) -> u32 { t.score() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
