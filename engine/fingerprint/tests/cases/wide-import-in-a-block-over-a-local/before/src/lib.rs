mod steps {
    pub fn rate(x: u32) -> u32 {
        x * 13
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let rate = 4;
    let made = {
        use steps::rate;
        rate(x)
    };
    made + rate
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
