mod a { pub fn f(x: u32) -> u32 { x + 1 } }
mod b { pub fn f(x: u32) -> u32 { x + 2 } }
#[cfg(feature = "fast")] use a as m;
#[cfg(not(feature = "fast"))] use b as m;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
