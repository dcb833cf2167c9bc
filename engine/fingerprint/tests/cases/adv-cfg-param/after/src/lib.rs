fn f(x: u32, #[cfg(feature = "fast")] y: u32) -> u32 { let mut n = x; #[cfg(feature = "fast")] { n += y; } n }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x, #[cfg(feature = "fast")] 4)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
