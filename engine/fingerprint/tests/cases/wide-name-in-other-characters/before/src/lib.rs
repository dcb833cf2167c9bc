fn résumé(x: u32) -> u32 {
    x + 71
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    résumé(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
