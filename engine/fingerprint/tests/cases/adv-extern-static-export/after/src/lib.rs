mod imp { #[unsafe(no_mangle)] pub static CASE_LEVEL: u32 = 5; }
unsafe extern "C" { safe static CASE_LEVEL: u32; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    CASE_LEVEL + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
