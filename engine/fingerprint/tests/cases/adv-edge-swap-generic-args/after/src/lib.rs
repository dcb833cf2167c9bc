struct W<T>(T);
impl W<u16> { fn t(&self) -> u32 { 1 } }
impl W<u8> { fn t(&self) -> u32 { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(1u8).t() * 100 + W(1u16).t() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
