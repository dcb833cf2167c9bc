pub fn other() -> u32 {
    macros::one!()
}
pub fn step(x: u32) -> u32 {
    x + 2
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    step(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
