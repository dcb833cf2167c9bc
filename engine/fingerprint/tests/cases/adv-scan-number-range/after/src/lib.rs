fn f(x: u32) -> u32 { (0..x).len() as u32 + 1.max(2) as u32 + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
