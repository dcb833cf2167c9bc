macro_rules! inner {
    ($file:expr) => {
        include_str!($file)
    };
}
macro_rules! outer {
    () => {
        inner!("text.txt")
    };
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    outer!().len() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
