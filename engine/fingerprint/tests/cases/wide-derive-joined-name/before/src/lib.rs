fn basic_rate(x: u32) -> u32 {
    x * 11
}
#[derive(macros::Rated)]
pub struct Plan;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Plan::rated(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
