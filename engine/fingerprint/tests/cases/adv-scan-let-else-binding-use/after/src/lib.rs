fn q(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let c = |x: u32| { let Some(q) = x.checked_sub(9) else { return q(x) }; q };
    c(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
