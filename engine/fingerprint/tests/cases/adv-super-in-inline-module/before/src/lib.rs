fn base() -> u32 { 1 }
mod a { pub fn base() -> u32 { 50 } pub mod b { pub fn f(x: u32) -> u32 { super::base() + x } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a::b::f(x) + base()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
