trait T { const K: u32 = { const fn h() -> u32 { 5 } h() * 2 }; }
struct A; impl T for A {}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::K + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
