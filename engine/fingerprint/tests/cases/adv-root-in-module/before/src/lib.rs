pub mod m {
    fn h(x: u32) -> u32 { x + 5 }
    #[scrat::stash]
    pub fn run(x: u32) -> u32 { h(x) }
}
use m::run;

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
