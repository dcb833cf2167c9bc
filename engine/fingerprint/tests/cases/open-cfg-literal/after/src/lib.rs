macro_rules! without { ($f:literal, $a:expr, $b:expr) => {{ #[cfg(not(feature = $f))] { $a } #[cfg(feature = $f)] { $b } }} }
fn helper(x: u32) -> u32 { without!("fast", x, x + 1) }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
