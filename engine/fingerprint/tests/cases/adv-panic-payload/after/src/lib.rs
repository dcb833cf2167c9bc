struct P(u32);
fn boom(x: u32) { std::panic::panic_any(P(x + 2)) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    std::panic::catch_unwind(|| boom(x)).err().and_then(|e| e.downcast::<P>().ok()).map_or(0, |p| p.0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
