fn h(x: u32) -> u32 { x + 5 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { h(x) }
