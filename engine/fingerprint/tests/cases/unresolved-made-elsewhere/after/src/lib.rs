mod a { macro_rules! make { () => { #[allow(dead_code)] pub fn made(x: u32) -> u32 { x + 2 } } }
make!(); }
mod b { pub fn f(x: u32) -> u32 { x } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { b::f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
