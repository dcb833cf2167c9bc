macro_rules! asset { () => { include_str!("data.txt") } }
mod a;

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
