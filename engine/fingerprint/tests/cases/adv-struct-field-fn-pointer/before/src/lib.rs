struct Ops { f: fn(u32) -> u32 }
const OPS: Ops = Ops { f: step };
fn step(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (OPS.f)(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
