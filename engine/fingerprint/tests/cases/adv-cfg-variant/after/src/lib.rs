#[derive(Clone, Copy)] #[allow(dead_code)] enum E { #[cfg(feature = "fast")] A, B }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    E::B as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
