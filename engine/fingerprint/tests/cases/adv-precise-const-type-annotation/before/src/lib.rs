#[allow(dead_code)] type Unused = u8;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x + 1
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
