macro_rules! maybe { ($w:meta, $n:ident) => { #[cfg_attr($w, derive(Clone))] #[cfg_attr(not($w), derive(Clone, Copy))] #[derive(Default)] struct $n(u32); } }
maybe!(feature = "fast", Sized_);
trait Kind { fn kind(&self) -> u32 { 1 } }
impl<T: Copy> Kind for T {}
fn helper(x: u32) -> u32 { x + Sized_::default().0 }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
