const LO: u32 = 5;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { n @ LO.. => n * 2, n => n }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
