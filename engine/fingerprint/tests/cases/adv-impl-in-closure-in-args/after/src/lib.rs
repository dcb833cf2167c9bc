struct S(u32);
pub fn other() -> Option<u32> { Some(1).map(|n| { impl S { fn h(&self) -> u32 { self.0 + 2 } } n }) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).h()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
