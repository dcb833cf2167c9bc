mod a { pub fn drop(x: u32) -> u32 { x + 100 } pub fn other() -> u32 { drop(1) } }
#[allow(unused_imports)]
use a::*;
#[scrat::stash]
pub fn run(x: u32) -> String { format!("{:?}", drop(x)) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
