struct S(u32);
impl S {
    #[cfg(feature = "fast")] fn v(&self) -> u32 { self.0 }
    #[cfg(not(feature = "fast"))] fn v(&self) -> u32 { self.0 + 1 }
}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
