macro_rules! mode { ($n:literal) => { option_env!($n) } }
#[scrat::stash]
pub fn run(x: u32) -> String { mode!("SCRAT_CASE_MODE").unwrap_or("").repeat(x as usize) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
