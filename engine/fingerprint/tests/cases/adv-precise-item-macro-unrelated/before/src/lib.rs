macro_rules! mk { ($n:ident, $k:expr) => { pub fn $n() -> u32 { $k } } }
mk!(one, 1);
mk!(two, 2);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    one() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
