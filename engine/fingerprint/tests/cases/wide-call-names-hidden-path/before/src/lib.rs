mod hidden {
    pub mod deep {
        pub fn price(x: u32) -> u32 {
            x * 6
        }
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    macros::priced!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
