mod util { pub fn time(x: u32) -> u32 { x + 2 } }
use util::*;
use std::time;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    time(x) + time::Duration::from_secs(1).as_secs() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
