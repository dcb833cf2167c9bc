struct W(u32); impl W { fn go(&self) -> u32 { self.0 } }
macro_rules! ext { () => { trait Ext { fn go(self) -> u32; } impl Ext for W { fn go(self) -> u32 { self.0 * 10 } } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(x).go()
}
ext!();

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
