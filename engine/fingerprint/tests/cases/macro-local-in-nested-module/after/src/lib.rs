macro_rules! k { ($x:expr) => { $x + 2 } }
mod a;

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
