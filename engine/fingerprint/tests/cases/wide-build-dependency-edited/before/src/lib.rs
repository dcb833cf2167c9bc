
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper::score(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
