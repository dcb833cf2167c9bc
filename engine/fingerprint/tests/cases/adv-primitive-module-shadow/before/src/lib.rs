#[allow(non_camel_case_types)]
mod u64 { pub const MAX: u32 = 5; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    u64::MAX + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
