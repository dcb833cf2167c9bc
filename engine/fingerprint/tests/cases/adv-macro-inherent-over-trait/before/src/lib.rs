trait T { fn v(&self) -> u32 { 1 } }
struct S; impl T for S {}
macro_rules! own { ($t:ident) => { impl $t { fn v(&self) -> u32 { 2 } } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.v() + x
}
// here

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
