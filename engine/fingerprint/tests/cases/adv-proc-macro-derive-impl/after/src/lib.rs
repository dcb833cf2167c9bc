pub trait Num { fn num(&self) -> u32; }
use tools::Num;
#[derive(Num)]
pub struct S;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.num() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
