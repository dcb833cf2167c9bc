mod m { macro_rules! k { () => { 5 } } pub(crate) use k; }
mod n { #[allow(unused_imports)] use super::m::*; pub fn f() -> u32 { k!() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    n::f() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
