struct P { rate: u32 }
#[allow(dead_code)]
pub fn rate() -> u32 { 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let p = P { rate: x }; p.rate + 1 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
