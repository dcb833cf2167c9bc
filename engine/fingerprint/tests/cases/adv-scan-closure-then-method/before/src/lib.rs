fn v(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (|v: u32| v * 2)(3) + [1u32].iter().map(|v| *v).map(v).sum::<u32>() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
