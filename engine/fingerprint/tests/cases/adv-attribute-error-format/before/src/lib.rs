const UNIT: &str = "m";
#[derive(Debug, thiserror::Error)]
pub enum E { #[error("too long: {0}{UNIT}")] Long(u32) }
#[scrat::stash]
pub fn run(x: u32) -> String {
    E::Long(x).to_string()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
