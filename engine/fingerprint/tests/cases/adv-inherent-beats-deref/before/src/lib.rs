use std::ops::Deref;
struct P(Vec<u32>); impl Deref for P { type Target = Vec<u32>; fn deref(&self) -> &Vec<u32> { &self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P(vec![x]).len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
