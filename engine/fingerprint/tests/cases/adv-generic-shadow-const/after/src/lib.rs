const N: usize = 4;
fn f<const N: usize>() -> u32 { N as u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f::<{ N + 1 }>() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
