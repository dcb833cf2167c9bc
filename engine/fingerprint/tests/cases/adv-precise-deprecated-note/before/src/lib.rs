#[deprecated(note = "one")]
fn helper(x: u32) -> u32 { x + 1 }
#[allow(deprecated)]
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
