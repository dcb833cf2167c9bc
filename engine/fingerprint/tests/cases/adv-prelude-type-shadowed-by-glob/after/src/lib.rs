mod m { #[allow(dead_code)] pub struct Zed; pub struct String(pub u8); }
#[allow(unused_imports)]
use m::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    size_of::<String>() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
