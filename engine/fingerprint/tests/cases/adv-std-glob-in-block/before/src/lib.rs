#[scrat::stash]
pub fn run(x: u32) -> String {
    use std::f32::consts::*;
    format!("{} {x}", PI as f64)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
