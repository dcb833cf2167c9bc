static ALL: [u32; 1] = [1];
#[tools::slice(ALL)]
#[allow(dead_code)]
static ONE: u32 = 6;
#[scrat::stash]
pub fn run(x: u32) -> u32 { ALL[0] + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
