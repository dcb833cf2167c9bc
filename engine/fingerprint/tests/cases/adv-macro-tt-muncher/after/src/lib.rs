fn leaf(x: u32) -> u32 { x + 2 }
macro_rules! sum { () => { 0 }; ($h:expr $(, $t:expr)*) => { leaf($h) + sum!($($t),*) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    sum!(x, 2, 3)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
