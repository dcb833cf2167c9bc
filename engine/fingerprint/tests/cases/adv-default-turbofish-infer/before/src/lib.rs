pub struct Depth(u32);
impl Default for Depth { fn default() -> Self { Depth(3) } }
fn take(d: Depth) -> u32 { d.0 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    take(Default::default()) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
