pub mod h { pub fn f(x: u32) -> u32 { x + 1 } }
#[macro_use]
mod m { macro_rules! call { ($x:expr) => { $crate::h::f($x) } } }
mod n { #[scrat::stash]
pub fn run(x: u32) -> u32 { call!(x) } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
