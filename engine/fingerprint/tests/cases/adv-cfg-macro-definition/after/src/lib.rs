macro_rules! k { () => { { #[cfg(feature = "fast")] { 1 } #[cfg(not(feature = "fast"))] { 2 } } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let y: u32 = k!(); y + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
