use std::collections::BTreeSet as Set;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Set::from([x]).len() as u32 + size_of::<Set<u32>>() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
