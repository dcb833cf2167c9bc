use std::cfg as on;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x + on!(feature = "fast") as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
