pub trait T { fn v(&self) -> u32 { 1 } }
pub struct S;
impl T for S {}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
