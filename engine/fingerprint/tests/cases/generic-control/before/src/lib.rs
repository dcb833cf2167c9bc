pub struct A(pub u32);
impl A { pub fn get(&self) -> u32 { self.0 + 1 } }
pub fn any<T>(_: T) -> u32 { 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { any(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
