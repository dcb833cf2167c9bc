#[scrat::stash]
pub fn run(x: u32) -> bool { let a = x > 1; let b = x > 2; a & b }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
