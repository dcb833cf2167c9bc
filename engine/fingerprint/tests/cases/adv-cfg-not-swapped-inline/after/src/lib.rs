mod a { #![cfg(not(unix))] pub fn k() -> u32 { 1 } }
mod b { #![cfg(unix)] pub fn k() -> u32 { 2 } }
#[cfg(not(unix))] use a as m;
#[cfg(unix)] use b as m;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
