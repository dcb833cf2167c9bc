macro_rules! n { (a $x:expr) => { $x + 1 }; (b $x:expr) => { $x + 101 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    n!(a x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
