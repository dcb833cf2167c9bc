mod imp { #[unsafe(no_mangle)] pub extern "C" fn case_other(x: u32) -> u32 { x + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
