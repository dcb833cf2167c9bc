mod a { #[allow(unused_imports)] use super::c::drop; pub fn z() {} } mod c { pub fn drop(x: u32) -> u32 { x + 1 } }
#[allow(unused_imports)] use a::*;
#[scrat::stash]
pub fn run(x: u32) -> String {
    z(); format!("{:?}", drop(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
