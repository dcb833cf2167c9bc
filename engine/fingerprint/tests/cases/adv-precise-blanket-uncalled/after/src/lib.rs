trait Ext { fn used(&self) -> u32 { 1 } fn unused(&self) -> u32; }
impl<T> Ext for T { fn unused(&self) -> u32 { 6 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.used() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
