pub struct S { pub a: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    size_of::<S>() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
