trait Scale { fn scale(self) -> u32; }
macro_rules! scale { ($($t:ty)*) => { $(impl Scale for $t { fn scale(self) -> u32 { self as u32 * 4 } })* } }
scale!(u8 u32);
#[scrat::stash]
pub fn run(x: u32) -> u32 { x.scale() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
