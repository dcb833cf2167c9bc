#[macros::scaled(40)]
mod outer {
    pub fn step(x: u32) -> u32 {
        x + SCALE
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    outer::step(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
