struct S(u32);
impl S { fn make(x: u32) -> S { S(x + 1) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { [x].into_iter().map(S::make).map(|s| s.0).sum() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
