trait Bits { fn bits(&self) -> u32; }
macro_rules! imp { ($($t:ty => $n:expr),* $(,)?) => { $(impl Bits for $t { fn bits(&self) -> u32 { $n } })* } }
imp!(u8 => 8, u32 => 33);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.bits() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
