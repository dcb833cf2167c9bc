#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub enum P { High, Low }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (P::Low < P::High) as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
