#[macro_use]
mod macros;
mod user;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    user::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
