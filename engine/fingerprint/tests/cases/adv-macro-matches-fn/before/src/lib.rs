fn ok(x: u32) -> bool { x < 10 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    std::panic::catch_unwind(|| { debug_assert!(ok(x)); 1 }).unwrap_or(0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
