trait Mark {} trait Go { fn go(&self) -> u32; }
struct S;
impl Mark for S {}
impl<T: Mark> Go for T { fn go(&self) -> u32 { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.go() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
