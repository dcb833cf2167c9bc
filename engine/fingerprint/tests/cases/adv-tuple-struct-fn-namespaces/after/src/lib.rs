#[derive(Clone, Copy)] pub struct P { v: u32 }
#[allow(non_snake_case)]
fn P(v: u32) -> P { P { v: v + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P(x).v
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
