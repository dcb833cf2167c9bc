macro_rules! either { ($w:meta, $a:expr, $b:expr) => {{ #[cfg($w)] { $a } #[cfg(not($w))] { $b } }} }
fn helper(x: u32) -> u32 { either!(feature = "fast", x, x + 1) }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
