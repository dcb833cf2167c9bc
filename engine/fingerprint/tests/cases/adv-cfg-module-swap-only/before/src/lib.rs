mod other { pub fn k() -> u32 { if cfg!(feature = "fast") { 3 } else { 4 } } }
pub fn o() -> u32 { other::k() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x + 1
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
