macro_rules! k { () => { 1 } }
#[allow(unused_macros)] macro_rules! k { () => { 2 } }
fn a() -> u32 { k!() }
fn b() -> u32 { k!() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a() * 100 + b() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
