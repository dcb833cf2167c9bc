fn rate(x: u32) -> u32 {
    x + 2
}
pub fn other() -> u32 {
    rate(1)
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let rate = x * 2;
    rate + 1
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
