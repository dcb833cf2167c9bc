macro_rules! with { ($cb:ident, $x:expr) => { $cb!($x) } }
macro_rules! twice { ($x:expr) => { $x * 3 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    with!(twice, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
