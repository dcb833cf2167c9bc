macro_rules! load { () => { mod hidden; } }
load!();
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    hidden::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
