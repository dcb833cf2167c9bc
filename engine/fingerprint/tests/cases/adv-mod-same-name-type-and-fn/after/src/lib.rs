mod m { #[allow(non_camel_case_types)] pub struct item; #[allow(dead_code)] impl item { pub fn k(&self) -> u32 { 4 } } pub mod n { pub fn f(x: u32) -> u32 { x + 1 } } }
use m::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    n::f(x) + item.k()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
