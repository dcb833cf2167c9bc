struct A; impl A { const P: u32 = 6; }
type B = A;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    B::P + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
