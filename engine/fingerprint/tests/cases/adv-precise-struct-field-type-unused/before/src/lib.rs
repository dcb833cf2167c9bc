pub struct In(u32); impl In { pub fn big(&self) -> u32 { self.0 + 100 } }
pub struct S { pub i: In }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S { i: In(x) }.i.0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
