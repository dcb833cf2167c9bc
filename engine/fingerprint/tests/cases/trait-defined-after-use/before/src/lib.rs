#[scrat::stash]
pub fn run(x: u32) -> u32 { x.go() }
trait T { fn go(self) -> u32; }
impl T for u32 { fn go(self) -> u32 { self + 1 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
