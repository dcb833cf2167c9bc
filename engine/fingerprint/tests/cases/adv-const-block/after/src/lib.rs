const fn k() -> u32 { 5 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (const { k() * 2 }) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
