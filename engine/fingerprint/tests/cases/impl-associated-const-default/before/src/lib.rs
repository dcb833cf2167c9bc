trait Level { const N: u32 = 1; }
struct A;
impl Level for A {}
fn get<T: Level>() -> u32 { T::N }
#[scrat::stash]
pub fn run(x: u32) -> u32 { get::<A>() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
