pub trait Tot { fn tot(&self) -> u32; }
impl Tot for [u32] { fn tot(&self) -> u32 { self.iter().product() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    vec![x, 2].tot()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
