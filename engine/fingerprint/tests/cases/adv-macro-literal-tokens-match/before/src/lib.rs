macro_rules! op { (fast $x:expr) => { $x * 2 }; (slow $x:expr) => { $x * 3 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    op!(fast x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
