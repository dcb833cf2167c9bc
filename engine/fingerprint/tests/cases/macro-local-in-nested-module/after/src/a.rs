#[scrat::stash]
pub fn run(x: u32) -> u32 { k!(x) }
