pub struct S(u32);

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
