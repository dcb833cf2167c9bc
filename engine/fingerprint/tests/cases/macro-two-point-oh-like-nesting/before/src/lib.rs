fn helper(x: u32) -> u32 { x + 1 }
macro_rules! sum { ($x:expr) => { helper($x) }; ($x:expr, $($r:expr),+) => { helper($x) + sum!($($r),+) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { sum!(x, 1, 2) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
