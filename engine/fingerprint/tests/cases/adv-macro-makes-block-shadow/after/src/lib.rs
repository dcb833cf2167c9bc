macro_rules! make { () => { fn f(x: u32) -> u32 { x + 2 } } }
#[allow(dead_code)]
fn f(x: u32) -> u32 { x + 100 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    make!();
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
