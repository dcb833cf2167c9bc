use std::borrow::{Borrow, Cow};
struct Own(u32); #[derive(Debug)] struct Br(u32);
impl Borrow<Br> for Own { fn borrow(&self) -> &Br { panic!() } }
impl ToOwned for Br { type Owned = Own; fn to_owned(&self) -> Own { Own(self.0 + 1) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let b = Br(x);
    let c: Cow<Br> = Cow::Borrowed(&b);
    c.into_owned().0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
