mod m { pub fn f(x: u32) -> u32 { x + 2 } }
macro_rules! call { ($m:ident, $f:ident, $x:expr) => { $m::$f($x) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { call!(m, f, x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
