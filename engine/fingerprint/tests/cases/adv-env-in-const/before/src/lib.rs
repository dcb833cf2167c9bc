const M: Option<&str> = option_env!("SCRAT_CASE_MODE");
fn mode() -> u32 { M.map_or(0, |m| m.len() as u32) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mode() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
