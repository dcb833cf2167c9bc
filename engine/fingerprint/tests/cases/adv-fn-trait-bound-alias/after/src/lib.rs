pub trait Step: Fn(u32) -> u32 {}
impl<T: Fn(u32) -> u32> Step for T {}
fn bump(x: u32) -> u32 { x + 2 }
fn pick() -> impl Step { bump }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    pick()(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
