const N: usize = include_str!("../data/n.txt").len();
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    N as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
