pub struct W<T>(T);
impl W<u32> { fn v(&self) -> u32 { self.0 } }
impl W<u8> { fn v(&self) -> u32 { self.0 as u32 + 100 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
