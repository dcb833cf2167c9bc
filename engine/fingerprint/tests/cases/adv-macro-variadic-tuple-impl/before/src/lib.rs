trait N { fn n(&self) -> u32; }
impl N for u32 { fn n(&self) -> u32 { *self } }
macro_rules! tup { ($($t:ident)+) => { impl<$($t: N),+> N for ($($t,)+) { #[allow(non_snake_case)] fn n(&self) -> u32 { let ($($t,)+) = self; 0 $(+ $t.n())+ } } } }
tup!(A B);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x, 2u32).n()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
