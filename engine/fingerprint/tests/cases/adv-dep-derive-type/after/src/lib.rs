#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (helper::V { a: x, b: 1 } < helper::V { a: 1, b: x }) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
