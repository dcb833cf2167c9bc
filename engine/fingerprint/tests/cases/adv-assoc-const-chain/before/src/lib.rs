struct A; impl A { const P: u32 = 3; const Q: u32 = Self::P * 2; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::Q + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
