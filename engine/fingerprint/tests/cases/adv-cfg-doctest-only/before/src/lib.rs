#[cfg(doc)] pub fn d() -> u32 { 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x + 1
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
