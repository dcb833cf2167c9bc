struct S;
impl S { fn make() -> u32 { 2 } fn get(&self) -> u32 { Self::make() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { S.get() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
