const LIMIT: u32 = 7;
#[scrat::stash]
pub fn run(x: u32) -> String { std::panic::catch_unwind(|| assert!(x > 900, "over {LIMIT}")).err().and_then(|e| e.downcast_ref::<String>().cloned()).unwrap_or_default() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
