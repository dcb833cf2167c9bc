mod rows {
    #[derive(Default)]
    pub struct Row(pub u32);
    pub trait Total {
        fn total(self) -> u32;
    }
    impl Total for [Row; 2] {
        fn total(self) -> u32 {
            self[0].0 + 81
        }
    }
}
use rows::Total;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [Default::default(), Default::default()].total() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
