macro_rules! make { ($n:ident) => { #[allow(dead_code)] fn $n(x: u32) -> u32 { let y = x + 2; y } } }
make!(made);
#[scrat::stash]
pub fn run(x: u32) -> u32 { let mut y = x; for i in 0..x { y += i; } y }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
