fn a(x: u32) -> u32 { x + 1 }
fn b(x: u32) -> u32 { x * 3 }
macro_rules! table { ($($n:ident),*) => { &[$((stringify!($n), $n as fn(u32) -> u32)),*] } }
static T: &[(&str, fn(u32) -> u32)] = table![a, b];
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    T.iter().find(|(n, _)| *n == "b").map_or(0, |(_, f)| f(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
