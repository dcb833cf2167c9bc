mod m { macro_rules! k { ($x:expr) => { $x + 1 } }
pub(crate) use k; }
use m::k;
#[scrat::stash]
pub fn run(x: u32) -> u32 { k!(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
