use std::f64::consts as c;
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{} {x}", c::PI as f64)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
