/// See [`other`].
fn helper(x: u32) -> u32 { x + 1 }
#[allow(dead_code)] fn other(x: u32) -> u32 { x + 101 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
