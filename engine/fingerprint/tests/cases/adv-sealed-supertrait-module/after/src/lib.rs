mod sealed { pub trait Sealed { fn raw(&self) -> u32; } impl Sealed for u32 { fn raw(&self) -> u32 { *self + 2 } } }
trait Pub: sealed::Sealed { fn go(&self) -> u32 { self.raw() } }
impl Pub for u32 {}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.go()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
