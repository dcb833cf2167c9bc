mod one { pub const K: u32 = 1; #[path = "../shared.rs"] pub mod f; }
mod two { pub const K: u32 = 2; #[path = "../shared.rs"] pub mod f; }
#[scrat::stash]
pub fn run(x: u32) -> u32 { one::f::get(x) }
#[scrat::stash]
pub fn run2(x: u32) -> u32 { two::f::get(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
