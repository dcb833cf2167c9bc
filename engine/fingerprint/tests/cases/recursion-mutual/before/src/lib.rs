fn even(x: u32) -> bool { x == 0 || odd(x - 1) }
fn odd(x: u32) -> bool { x != 0 && even(x - 1) }
#[scrat::stash]
pub fn run(x: u32) -> bool { even(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
