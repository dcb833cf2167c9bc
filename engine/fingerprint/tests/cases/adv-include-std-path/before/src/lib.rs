#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (std::include_str!("a.txt").len() + core::include_bytes!("b.txt").len()) as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
