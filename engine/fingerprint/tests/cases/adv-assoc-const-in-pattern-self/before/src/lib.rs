struct A; impl A { const P: u32 = 5; fn m(x: u32) -> u32 { match x { Self::P => 1, _ => 2 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::m(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
