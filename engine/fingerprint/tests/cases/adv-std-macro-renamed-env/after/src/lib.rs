use std::option_env as var;
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{:?} {x}", var!("SCRAT_CASE_MODE"))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
