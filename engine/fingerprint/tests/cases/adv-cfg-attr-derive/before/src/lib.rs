#[cfg_attr(feature = "fast", derive(Default))]
struct S(u32);
#[cfg(not(feature = "fast"))] impl Default for S { fn default() -> S { S(7) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S::default().0 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
