static A: u32 = 5;
static B: &u32 = &A;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    *B + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
