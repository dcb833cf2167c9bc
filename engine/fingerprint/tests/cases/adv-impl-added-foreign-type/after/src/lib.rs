pub trait One { fn go(&self) -> u32 { 1 } }
pub trait Two { fn go(self) -> u32 where Self: Sized { 2 } }
pub struct T;
impl One for T {}
impl Two for T {}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    T.go() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
