macro_rules! make { () => { fn made(x: u32) -> u32 { x + 2 } } }
make!();
#[scrat::stash]
pub fn run(x: u32) -> u32 { made(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
