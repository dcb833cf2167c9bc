macro_rules! body { ($k:expr) => { fn v(&self) -> u32 { $k } } }
trait T { fn v(&self) -> u32; }
struct S; impl T for S { body!(4); }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
