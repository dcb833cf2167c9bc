#[cfg(feature = "fast")] #[path = "fast.rs"] mod imp;
#[cfg(not(feature = "fast"))] #[path = "slow.rs"] mod imp;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    imp::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
