macro_rules! read { ($f:literal) => { include_str!($f) } }
fn helper(x: u32) -> u32 { x + read!("../a.txt").len() as u32 + read!("../b.txt").len() as u32 }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
