fn h(x: u32) -> u32 { x + 1 }
pub fn other(x: u32) -> u32 { x }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    h(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
