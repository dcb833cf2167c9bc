fn a(x: u32) -> u32 { x + 1 }
fn b(x: u32) -> u32 { x * 3 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [b as fn(u32) -> u32, a].iter().fold(x, |v, f: &fn(u32) -> u32| f(v))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
