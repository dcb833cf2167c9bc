mod traits { pub trait T { fn go(self) -> u32; } }
mod imp { use crate::traits::*; impl T for u32 { fn go(self) -> u32 { self + 2 } } }
use traits::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 { x.go() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
