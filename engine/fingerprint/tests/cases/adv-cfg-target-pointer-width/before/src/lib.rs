#[cfg(target_pointer_width = "64")] const W: u32 = 8;
#[cfg(not(target_pointer_width = "64"))] const W: u32 = 4;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
