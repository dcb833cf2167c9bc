struct M(u32);
impl Default for M { fn default() -> M { M(4) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.checked_sub(100).map(M).unwrap_or_default().0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
