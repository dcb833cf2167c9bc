pub trait Kind { fn kind(&self) -> u32; }
pub struct T;
impl Kind for T { fn kind(&self) -> u32 { 2 } }
impl Kind for &T { fn kind(&self) -> u32 { 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (&T).kind() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
