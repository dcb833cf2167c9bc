mod a { pub fn f(x: u32) -> u32 { x + 1 } } mod b { pub fn f(x: u32) -> u32 { x * 3 } }
use b as m; use a as n;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::f(x) * 100 + n::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
