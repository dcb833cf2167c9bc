mod mac { macro_rules! bump { ($x:expr) => { $x + 1 } } pub(crate) use bump; pub(crate) use bump as other; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mac::other!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
