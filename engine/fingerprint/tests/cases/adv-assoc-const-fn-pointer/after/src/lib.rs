fn st(x: u32) -> u32 { x + 2 }
struct A; impl A { const F: fn(u32) -> u32 = st; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (A::F)(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
