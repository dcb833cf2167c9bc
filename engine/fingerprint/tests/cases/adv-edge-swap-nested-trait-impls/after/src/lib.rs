#[scrat::stash]
pub fn run(x: u32) -> u32 {
    trait T { fn v(&self) -> u32; }
    struct A; struct B;
    impl T for A { fn v(&self) -> u32 { 2 } }
    impl T for B { fn v(&self) -> u32 { 1 } }
    A.v() * 100 + B.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
