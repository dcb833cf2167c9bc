#[cfg(feature = "fast")] type N = u8;
#[cfg(not(feature = "fast"))] type N = u16;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x * 300) as N as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
