pub struct Spot;
macro_rules! places {
    ($name:ident) => {
        impl Spot {
            #[track_caller]
            pub fn $name(&self) -> u32 {
                std::panic::Location::caller().line()
            }
        }
    };
}
places!(whereabouts);


#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Spot.whereabouts() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
