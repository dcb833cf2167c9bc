fn cut(a: u32) -> u8 { a as _ }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    cut(x * 100) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
