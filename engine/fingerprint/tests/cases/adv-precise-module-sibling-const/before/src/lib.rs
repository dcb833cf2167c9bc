#[allow(dead_code)] pub const Alpha: u32 = 1;
#[derive(Clone, Copy)] pub enum E { Alpha = 5 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    E::Alpha as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
