pub trait Lend { type Item<'a>: Into<u32> where Self: 'a; fn lend<'a>(&'a self) -> Self::Item<'a>; }
pub struct Own(u32);
pub struct View<'a>(&'a u32);
impl<'a> From<View<'a>> for u32 { fn from(v: View<'a>) -> u32 { *v.0 + 2 } }
impl Lend for Own { type Item<'a> = View<'a>; fn lend<'a>(&'a self) -> View<'a> { View(&self.0) } }
fn take<L: Lend>(l: &L) -> u32 { l.lend().into() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    take(&Own(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
