#[allow(dead_code)]
pub fn rate(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(rate: u32) -> u32 { rate + 1 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
