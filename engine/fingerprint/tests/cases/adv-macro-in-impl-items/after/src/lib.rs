struct S(u32);
macro_rules! getter { ($n:ident, $k:expr) => { fn $n(&self) -> u32 { self.0 + $k } } }
impl S { getter!(one, 2); }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).one()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
