use glue::T as _;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    glue::G(x).t()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
