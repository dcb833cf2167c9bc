macro_rules! inner { ($x:expr) => { helper($x) } }
macro_rules! outer { ($x:expr) => { inner!($x) } }
fn helper(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { outer!(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
