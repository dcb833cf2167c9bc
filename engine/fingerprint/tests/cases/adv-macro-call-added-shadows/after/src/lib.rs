mod g { pub fn f(x: u32) -> u32 { x + 100 } }
#[allow(unused_imports)]
use g::*;
#[allow(unused_macros)]
macro_rules! make { () => { fn f(x: u32) -> u32 { x + 1 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}
make!();

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
