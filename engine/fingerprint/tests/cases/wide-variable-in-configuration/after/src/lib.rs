
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    env!("WIDE_RATE").len() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
