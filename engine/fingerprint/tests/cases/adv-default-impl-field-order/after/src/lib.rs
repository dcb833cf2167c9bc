struct S(u32, u32); impl S { fn new(a: u32, b: u32) -> S { S(b, a) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let s = S::new(x, 2); s.0 * 10 + s.1
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
