fn v(x: u32) -> u32 { x + 2 }
struct S<F: Fn(u32) -> u32> { f: F, n: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let s = S { f: |v| v * 2, n: v(x) };
    (s.f)(s.n)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
