fn v(x: u32) -> u32 { x + 1 }
fn two(f: impl Fn(u32) -> u32, n: u32) -> u32 { f(n) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    two(|v| v * 2, v(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
