struct S;
impl S { const fn n() -> usize { 3 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [x; S::n()].iter().sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
