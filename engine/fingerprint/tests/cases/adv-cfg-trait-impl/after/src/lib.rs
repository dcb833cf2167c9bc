trait V { fn v(&self) -> u32; }
struct S;
#[cfg(feature = "fast")] impl V for S { fn v(&self) -> u32 { 1 } }
#[cfg(not(feature = "fast"))] impl V for S { fn v(&self) -> u32 { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
