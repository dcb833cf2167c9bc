#[derive(Clone)]
struct P(u32);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P(x).clone().0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
