fn f(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x < f(x)) as u32 + f(3)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
