fn f(x: u32) -> bool { x > 4 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x == 1 || f(x)) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
