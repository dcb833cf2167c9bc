macro_rules! make { ($n:ident, $v:expr) => { #[allow(dead_code)] fn $n() -> u32 { $v } } }
make!(b, 2);
make!(a, 1);
#[scrat::stash]
pub fn run(x: u32) -> u32 { a() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
