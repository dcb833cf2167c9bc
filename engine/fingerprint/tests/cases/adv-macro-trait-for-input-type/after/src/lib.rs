mod t { pub trait K { fn k(&self) -> u32; } macro_rules! im { ($($t:ty)*) => { $(impl K for $t { fn k(&self) -> u32 { 5 } })* } } im!(u8 u32); }
use t::K;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
