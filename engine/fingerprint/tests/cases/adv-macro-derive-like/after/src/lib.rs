macro_rules! model { ($(#[$m:meta])* struct $n:ident { $($f:ident: $t:ty),* }) => { $(#[$m])* struct $n { $($f: $t),* } impl $n { fn fields() -> u32 { [$(stringify!($f)),*].len() as u32 * 2 } } } }
model! { #[derive(Clone)] struct P { a: u32, b: u32 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P { a: x, b: 1 }.clone().a + P::fields()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
