static A: u32 = 1;
static B: u32 = 2;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A * 100 + B + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
