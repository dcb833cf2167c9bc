#[scrat::stash]
pub fn run(x: u32) -> u32 {
    struct A;
    impl A { fn v() -> u32 { Self::h() } fn h() -> u32 { 4 } }
    A::v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
