mod c { pub const P: u32 = 1; pub const Q: u32 = 2; }
use c::{Q as A, P as B};
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{A}{B}{x}")
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
