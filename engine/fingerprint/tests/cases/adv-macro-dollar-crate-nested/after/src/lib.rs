pub mod imp { pub fn f(x: u32) -> u32 { x + 2 } }
mod m { #[macro_export] macro_rules! go { ($x:expr) => { $crate::imp::f($x) } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
