pub struct S;
impl S {
    #[scrat::stash]
    pub fn one(x: u32) -> u32 { x + 1 }
    #[scrat::stash]
    pub fn two(x: u32) -> u32 { x + 2 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
