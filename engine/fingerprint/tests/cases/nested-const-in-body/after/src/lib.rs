#[scrat::stash]
pub fn run(x: u32) -> u32 { const K: u32 = 4; x + K }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
