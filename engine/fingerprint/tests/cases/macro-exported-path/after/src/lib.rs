mod m { #[macro_export]
macro_rules! k { ($x:expr) => { $x + 2 } } }
mod n { #[scrat::stash]
pub fn run(x: u32) -> u32 { crate::k!(x) } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
