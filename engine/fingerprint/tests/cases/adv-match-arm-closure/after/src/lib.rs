fn n(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { 0 => (|n: u32| n)(1), 1 => match x { n => n }, _ => n(x) }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
