macro_rules! asset { ($p:literal) => { include_str!($p) } }
#[scrat::stash]
pub fn run(x: u32) -> usize { asset!("data.txt").len() + x as usize }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
