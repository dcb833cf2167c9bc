fn v(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    if [x].iter().any(|v| *v > 3) { v(x) } else { 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
