fn base() -> u32 { 2 }
macro_rules! module { ($m:ident) => { mod $m { pub fn f(x: u32) -> u32 { super::base() + x } } } }
module!(gen1);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    gen1::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
