pub trait V { fn v(&self) -> u32 { 1 } }
pub struct S;
macro_rules! imp { ($t:ty, $n:expr) => { impl V for $t { fn v(&self) -> u32 { $n } } } }
pub fn other() { imp!(S, 5); }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
