macro_rules! make { ($n:ident) => { pub const $n: u32 = BASE * 2; } }
const BASE: u32 = 3;
make!(TWO);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    TWO + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
