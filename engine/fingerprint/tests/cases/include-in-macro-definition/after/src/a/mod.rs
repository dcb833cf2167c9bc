#[scrat::stash]
pub fn run(x: u32) -> usize { asset!().len() + x as usize }
