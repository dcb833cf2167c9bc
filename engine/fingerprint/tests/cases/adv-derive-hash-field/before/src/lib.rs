use std::hash::{DefaultHasher, Hash, Hasher};
#[derive(Hash, Default)]
pub struct S { a: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u64 { let mut h = DefaultHasher::new(); S { a: x, ..Default::default() }.hash(&mut h); h.finish() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
