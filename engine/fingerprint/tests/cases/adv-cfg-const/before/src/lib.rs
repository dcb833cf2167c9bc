struct S;
impl S { #[cfg(feature = "fast")] const K: u32 = 1; #[cfg(not(feature = "fast"))] const K: u32 = 2; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S::K + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
