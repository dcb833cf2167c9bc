trait Conv<T> { fn conv(&self) -> T; }
struct S(u32);
impl Conv<u8> for S { fn conv(&self) -> u8 { self.0 as u8 + 2 } }
impl Conv<u32> for S { fn conv(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let n: u8 = S(x).conv();
    n as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
