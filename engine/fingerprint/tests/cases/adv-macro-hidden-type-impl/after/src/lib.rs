struct S; trait K { fn k(&self) -> u32 { 1 } }
macro_rules! fix { () => { impl K for S { fn k(&self) -> u32 { 3 } } } }
fix!();
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
