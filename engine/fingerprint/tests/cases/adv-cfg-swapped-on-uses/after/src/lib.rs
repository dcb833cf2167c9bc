mod a { pub fn f(x: u32) -> u32 { x + 1 } }
mod b { pub fn f(x: u32) -> u32 { x + 2 } }
#[cfg(not(unix))] use a::f;
#[cfg(unix)] use b::f;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
