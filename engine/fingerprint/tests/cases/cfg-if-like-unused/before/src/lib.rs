macro_rules! choose { ($($a:item)*) => { $($a)* } }
choose! { #[allow(dead_code)] fn f(x: u32) -> u32 { x + 1 } }
fn g(x: u32) -> u32 { x }
#[scrat::stash]
pub fn run(x: u32) -> u32 { g(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
