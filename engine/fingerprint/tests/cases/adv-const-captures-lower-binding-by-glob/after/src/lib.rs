mod names { #[allow(non_upper_case_globals)] pub const limit: u32 = 9; }
#[allow(unused_imports)]
use names::*;
#[scrat::stash]
#[allow(unreachable_patterns, unused_variables)]
pub fn run(x: u32) -> u32 { match x { limit => 1, _ => 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
