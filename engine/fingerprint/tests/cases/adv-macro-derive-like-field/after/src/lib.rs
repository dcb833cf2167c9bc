macro_rules! model { (struct $n:ident { $($f:ident: $t:ty),* }) => { #[derive(Default)] struct $n { $($f: $t),* } impl $n { fn fields() -> u32 { [$(stringify!($f)),*].len() as u32 } } } }
model! { struct P { a: u32, b: u32, c: u8 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    P::default().a + P::default().b + P::fields() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
