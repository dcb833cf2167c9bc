struct A;
trait Conv<T> { fn conv(&self) -> T; }
impl Conv<u32> for A { fn conv(&self) -> u32 { 2 } }
impl Conv<String> for A { fn conv(&self) -> String { "a".into() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let v: u32 = A.conv(); v + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
