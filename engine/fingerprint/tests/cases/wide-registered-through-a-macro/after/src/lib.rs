#[linkme::distributed_slice]
pub static STEPS: [fn(u32) -> u32];
macro_rules! step {
    ($name:ident, $by:expr) => {
        #[linkme::distributed_slice(STEPS)]
        static $name: fn(u32) -> u32 = |x| x + $by;
    };
}
step!(FIRST, 52);

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    STEPS.iter().fold(x, |x, step| step(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
