use std::include_str as asset;
#[scrat::stash]
pub fn run(x: u32) -> String {
    asset!("a.txt").repeat(x as usize)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
