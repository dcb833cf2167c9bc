#[cfg(debug_assertions)] fn f(x: u32) -> u32 { x + 2 }
#[cfg(not(debug_assertions))] fn f(x: u32) -> u32 { x }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
