mod b { pub struct T; }
use b::T;
#[scrat::stash]
pub fn run(x: u32) -> String { format!("{} {x}", std::any::type_name::<T>()) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
