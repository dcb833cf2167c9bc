mod limits {
    pub struct Limit(pub u32);
    impl Limit {
        pub fn most(&self) -> u32 {
            self.0 + 71
        }
    }
}
#[derive(macros::Checked)]
pub struct Order {
    #[check(self.limit.most())]
    limit: limits::Limit,
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Order { limit: limits::Limit(x) }.checked()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
