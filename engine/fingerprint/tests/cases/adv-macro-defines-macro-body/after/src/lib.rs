macro_rules! def { ($n:ident) => { macro_rules! $n { ($x:expr) => { $x + 5 } } } }
def!(plus);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    plus!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
