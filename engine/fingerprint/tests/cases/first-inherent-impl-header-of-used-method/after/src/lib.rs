pub struct W<const N: usize>(pub u32);
pub const LENGTH: usize = 4 - 1;
impl W<LENGTH> {
    pub fn used(&self) -> usize {
        self.0 as usize
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W::<3>(x).used() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
