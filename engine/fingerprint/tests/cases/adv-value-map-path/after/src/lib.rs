struct M(u32);
impl From<u32> for M { fn from(x: u32) -> M { M(x + 2) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (0..x).map(M::from).map(|m| m.0).sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
