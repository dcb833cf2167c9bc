macro_rules! make { () => { fn drop(x: u32) -> u32 { x + 1 } } }
make!();
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    drop(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
