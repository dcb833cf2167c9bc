struct A; impl A { const K: u32 = 1; } pub struct B; impl B { pub const K: u32 = 101; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::K + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
