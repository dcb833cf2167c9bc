macro_rules! def { ($n:ident, $k:expr) => { macro_rules! $n { ($x:expr) => { $x + $k } } } }
def!(plus, 4);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    plus!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
