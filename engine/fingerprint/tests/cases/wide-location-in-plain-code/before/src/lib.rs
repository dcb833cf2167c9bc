fn here() -> u32 {
    std::panic::Location::caller().line()
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    here() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
