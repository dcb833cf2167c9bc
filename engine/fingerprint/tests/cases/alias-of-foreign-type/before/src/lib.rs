trait Make { fn make() -> Self; }
impl Make for Vec<u32> { fn make() -> Self { vec![1] } }
type A = Vec<u32>;
#[scrat::stash]
pub fn run(x: u32) -> u32 { A::make()[0] + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
