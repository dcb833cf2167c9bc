macro_rules! b { () => { 1 } }
macro_rules! a { () => { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a!() * 100 + b!() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
