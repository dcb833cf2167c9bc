trait N { const N: usize; }
struct A; impl N for A { const N: usize = 4; }
struct B { v: [u32; <A as N>::N] }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    B { v: [x; A::N] }.v.len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
