mod g { pub fn f(x: u32) -> u32 { x + 100 } }
#[allow(unused_imports)]
use g::*;
macro_rules! inner { () => { fn f(x: u32) -> u32 { x + 2 } } }
macro_rules! make { () => { inner!(); } }
make!();
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
