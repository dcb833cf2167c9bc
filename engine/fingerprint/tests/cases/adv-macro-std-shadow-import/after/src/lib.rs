mod m { macro_rules! vec { ($x:expr) => { std::vec::Vec::from([$x, 1]) } } #[allow(unused_imports)] pub(crate) use vec as vec2; pub(crate) use vec; #[allow(unused_imports)] pub(crate) use std::vec as v3; }
mod go { use std::vec; pub fn f(x: u32) -> u32 { vec![x].len() as u32 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go::f(x) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
