mod imp { #[unsafe(no_mangle)] pub extern "C" fn case_step(x: u32) -> u32 { x + 2 } }
unsafe extern "C" { safe fn case_step(x: u32) -> u32; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    case_step(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
