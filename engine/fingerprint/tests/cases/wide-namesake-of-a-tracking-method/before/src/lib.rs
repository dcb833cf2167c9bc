pub struct Spot;
impl Spot {
    #[track_caller]
    pub fn place(&self) -> u32 {
        std::panic::Location::caller().line()
    }
    pub fn size(&self) -> u32 {
        3
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Spot.size() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
