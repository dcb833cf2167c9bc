#[derive(Clone, Copy)]
#[allow(dead_code)]
pub enum E { A, B, Other }
use E::*;
#[allow(non_snake_case, unused_variables, unreachable_patterns, bindings_with_variant_name)]
fn go(e: E) -> u32 { match e { A => 1, Other => 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go(if x == 1 { A } else { B }) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
