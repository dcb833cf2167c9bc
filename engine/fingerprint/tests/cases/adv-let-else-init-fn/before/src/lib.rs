fn v(x: u32) -> Option<u32> { Some(x + 1) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let Some(v) = v(x) else { return 0 };
    v
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
