struct A; impl A { const K: u32 = 5; }
macro_rules! k { ($t:ty) => { <$t>::K } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    k!(A) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
