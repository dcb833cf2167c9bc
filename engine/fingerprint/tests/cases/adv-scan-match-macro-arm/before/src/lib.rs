macro_rules! low { () => { 0..=2 } }
fn f(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (match x { low!() => 0, f => f + 1 }) + f(1)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
