struct S { a: u32, #[cfg(feature = "fast")] b: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let _s = S { a: x, #[cfg(feature = "fast")] b: 1 };
    size_of::<S>() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
