fn résumé(x: u32) -> u32 {
    x + 72
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    résumé(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
