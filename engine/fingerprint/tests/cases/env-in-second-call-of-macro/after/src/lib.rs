macro_rules! read { ($f:literal) => { option_env!($f).is_some() as u32 } }
fn helper(x: u32) -> u32 { x + read!("FIRST") + read!("SECOND") }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
