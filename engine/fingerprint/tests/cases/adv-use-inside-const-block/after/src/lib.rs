mod c { pub const BASE: u32 = 5; }
const K: u32 = { use c::BASE; BASE * 2 };
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    K + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
