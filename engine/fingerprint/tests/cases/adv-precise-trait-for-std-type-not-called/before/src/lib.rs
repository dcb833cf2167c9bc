pub trait Sh { fn shuffle(&self) -> u32; } impl Sh for Vec<u32> { fn shuffle(&self) -> u32 { 5 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    vec![x].len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
