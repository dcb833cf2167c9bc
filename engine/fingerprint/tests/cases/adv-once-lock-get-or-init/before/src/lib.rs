use std::sync::OnceLock;
static T: OnceLock<u32> = OnceLock::new();
fn seed() -> u32 { 4 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    *T.get_or_init(|| seed() * 2) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
