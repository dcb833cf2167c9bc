macro_rules! bring {
    ($file:literal) => {
        include!($file);
    };
}
bring!("more.in");

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    brought(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
