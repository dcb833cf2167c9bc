pub trait Size { fn size(&self) -> u32; }
impl Size for u32 { fn size(&self) -> u32 { *self } }
impl<T: Size> Size for &T { fn size(&self) -> u32 { (**self).size() + 1 } }
fn go<T: Size>(t: T) -> u32 { t.size() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go(&x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
