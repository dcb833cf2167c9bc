mod names { }
#[allow(unused_imports)]
use names::*;
#[scrat::stash]
#[allow(non_snake_case, unreachable_patterns, unused_variables)]
pub fn run(x: u32) -> u32 { match x { Limit => 1, _ => 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
