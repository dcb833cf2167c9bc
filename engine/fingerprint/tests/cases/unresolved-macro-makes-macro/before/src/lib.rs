macro_rules! outer { ($n:ident) => { macro_rules! $n { ($x:expr) => { $x + 1 } } } }
outer!(inner);
#[scrat::stash]
pub fn run(x: u32) -> u32 { inner!(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
