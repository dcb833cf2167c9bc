#[cfg(feature = "fast")] fn go(x: u32) -> u32 { outer::go(x) }
#[cfg(not(feature = "fast"))] fn go(x: u32) -> u32 { x }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
