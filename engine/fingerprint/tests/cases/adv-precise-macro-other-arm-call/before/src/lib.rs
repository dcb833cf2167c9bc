fn a(x: u32) -> u32 { x + 1 }
#[allow(dead_code)] fn b(x: u32) -> u32 { x + 100 }
macro_rules! ma { ($x:expr) => { a($x) } }
#[allow(unused_macros)] macro_rules! mb { ($x:expr) => { b($x) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    ma!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
