mod imp { #[unsafe(no_mangle)] pub extern "C" fn case_linked(x: u32) -> u32 { x + 2 } }
unsafe extern "C" { #[link_name = "case_linked"] safe fn anything(x: u32) -> u32; }
#[scrat::stash]
pub fn run(x: u32) -> u32 { anything(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
