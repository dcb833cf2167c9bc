macro_rules! one { () => { fn k() -> u32 { 1 } } }
macro_rules! two { () => { fn k() -> u32 { 2 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let a = { two!(); k() };
    let b = { one!(); k() };
    a * 100 + b + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
