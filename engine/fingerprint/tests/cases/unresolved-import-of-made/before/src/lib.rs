mod a { macro_rules! make { () => { pub fn made(x: u32) -> u32 { x + 1 } } }
make!(); }
use a::made as m;
#[scrat::stash]
pub fn run(x: u32) -> u32 { m(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
