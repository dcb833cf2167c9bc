mod d { pub fn none() -> u32 { 5 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.checked_sub(100).unwrap_or_else(d::none)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
