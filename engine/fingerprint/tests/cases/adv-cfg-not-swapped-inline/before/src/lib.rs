mod a { #![cfg(unix)] pub fn k() -> u32 { 1 } }
mod b { #![cfg(not(unix))] pub fn k() -> u32 { 2 } }
#[cfg(unix)] use a as m;
#[cfg(not(unix))] use b as m;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
