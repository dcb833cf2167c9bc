fn sub(a: u32, b: u32) -> u32 { a.wrapping_sub(b) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    sub(x, 2)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
