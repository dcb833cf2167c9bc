trait Place {
    #[track_caller]
    fn place(&self) -> u32;
}
pub struct Spot;
impl Place for Spot {
    fn place(&self) -> u32 {
        std::panic::Location::caller().line()
    }
}


#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Spot.place() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
