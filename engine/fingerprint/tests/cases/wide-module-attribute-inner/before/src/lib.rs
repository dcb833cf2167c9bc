#[macros::doubled]
mod outer {
    pub mod inner {
        pub fn step(x: u32) -> u32 {
            rate(x)
        }
        fn rate(x: u32) -> u32 {
            x + 5
        }
        fn double(x: u32) -> u32 {
            x + 50
        }
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    outer::inner::step(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
