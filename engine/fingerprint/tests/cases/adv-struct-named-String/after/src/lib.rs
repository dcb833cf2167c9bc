mod m { pub fn n() -> usize { size_of::<Box>() } pub use super::Box0 as Box; }
#[allow(dead_code)]
pub struct Box0(u16);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::n() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
