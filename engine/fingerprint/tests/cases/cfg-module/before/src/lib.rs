#[cfg(feature = "fast")]
mod imp { pub fn f(x: u32) -> u32 { x * 2 } }
#[cfg(not(feature = "fast"))]
mod imp { pub fn f(x: u32) -> u32 { x } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { imp::f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
