struct S; trait K { fn k(&self) -> u32; }
macro_rules! fix { ($t:path) => { impl super::K for $t { fn k(&self) -> u32 { 3 } } } }
mod m { fix!(super::S); }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
