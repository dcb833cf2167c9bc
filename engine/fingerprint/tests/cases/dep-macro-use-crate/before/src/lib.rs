#[macro_use]
extern crate tools;
mod m { #[scrat::stash]
pub fn run(x: u32) -> u32 { twice!(x) } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
