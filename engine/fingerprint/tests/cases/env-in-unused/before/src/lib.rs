#[allow(dead_code)]
pub const M: Option<&str> = option_env!("SCRAT_CASE_MODE");
#[scrat::stash]
pub fn run(x: u32) -> u32 { x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
