#[scrat::stash]
pub fn inner(x: u32) -> u32 { x + 5 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    inner(x) * 2
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
