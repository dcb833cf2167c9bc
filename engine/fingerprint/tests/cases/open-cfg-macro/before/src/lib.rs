macro_rules! on { ($($w:tt)*) => { cfg!($($w)*) } }
fn helper(x: u32) -> u32 { if on!(all(unix, feature = "fast")) { x } else { x + 1 } }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
