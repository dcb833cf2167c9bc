fn next(x: u32) -> Option<u32> { if x < 9 { Some(x + 1) } else { None } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut n = x;
    while let Some(next) = next(n) { n = next; }
    n
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
