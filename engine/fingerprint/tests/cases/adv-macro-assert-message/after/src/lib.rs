fn ok(x: u32) -> bool { x < 3 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    std::panic::catch_unwind(|| { assert!(ok(x), "no"); 1 }).unwrap_or(0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
