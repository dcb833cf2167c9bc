macro_rules! load { ($($n:ident),*) => { $(mod $n; pub use $n::*;)* } }
load!(one, two);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    first(x) + second(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
