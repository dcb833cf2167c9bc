macro_rules! var { ($n:literal) => { option_env!(concat!("SCRAT_CASE_", $n)) } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{:?} {x}", var!("MODE"))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
