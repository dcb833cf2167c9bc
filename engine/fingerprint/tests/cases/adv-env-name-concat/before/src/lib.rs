#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{:?} {x}", option_env!(concat!("SCRAT_CASE", "_MODE")))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
