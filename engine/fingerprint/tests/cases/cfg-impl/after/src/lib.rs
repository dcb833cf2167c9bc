struct S(u32);
trait T { fn go(&self) -> u32 { 1 } }
#[cfg(feature = "fast")]
impl S { fn go(&self) -> u32 { self.0 } }
impl T for S {}
#[scrat::stash]
pub fn run(x: u32) -> u32 { S(x).go() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
