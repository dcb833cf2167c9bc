pub struct T;
fn h(x: u32) -> u32 { x + 6 }
impl T {
    #[scrat::stash]
    pub fn run(x: u32) -> u32 { h(x) }
}
fn run(x: u32) -> u32 { T::run(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
