mod imp { #[unsafe(export_name = "case_named")] pub extern "C" fn other(x: u32) -> u32 { x + 1 } }
unsafe extern "C" { safe fn case_named(x: u32) -> u32; }
#[scrat::stash]
pub fn run(x: u32) -> u32 { case_named(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
