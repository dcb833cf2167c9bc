#[scrat::stash]
pub fn run(x: u32) -> u32 {
    struct A; struct B;
    impl A { fn v(&self) -> u32 { 1 } }
    impl B { fn v(&self) -> u32 { 2 } }
    A.v() * 100 + B.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
