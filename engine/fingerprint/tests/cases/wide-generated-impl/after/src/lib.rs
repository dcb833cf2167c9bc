
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper::Row(x).to_string().len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
