pub struct Depth(u32);
impl Default for Depth { fn default() -> Self { Depth(3) } }
#[derive(Default)]
pub struct Opt { depth: Depth }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Opt::default().depth.0 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
