macro_rules! n { ($($x:expr),*) => { 1 }; ($($x:expr),* ,) => { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    n!(x, 1,) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
