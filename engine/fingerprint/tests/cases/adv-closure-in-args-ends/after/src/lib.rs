fn y(x: u32) -> u32 { x + 2 }
fn ap(f: impl Fn(u32) -> u32, g: fn(u32) -> u32, x: u32) -> u32 { f(x) + g(x) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    ap(|y| y + 5, y, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
