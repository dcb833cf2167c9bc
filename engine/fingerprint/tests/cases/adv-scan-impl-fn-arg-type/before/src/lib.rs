struct P; impl P { fn k() -> u32 { 1 } }
fn ap<F: Fn(fn() -> u32) -> u32>(f: F) -> u32 { f(P::k) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    ap(|g| g() + x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
