macro_rules! up { () => { super::h() } }
mod m { pub fn h() -> u32 { 1 } pub mod c { pub fn f() -> u32 { up!() } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::c::f() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
