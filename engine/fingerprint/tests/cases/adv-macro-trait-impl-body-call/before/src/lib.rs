trait T { fn t(&self) -> u32; }
macro_rules! im { ($n:ident, $k:expr) => { struct $n; impl T for $n { fn t(&self) -> u32 { $k } } } }
fn go<X: T>(x: X) -> u32 { x.t() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    im!(Q, 4);
    go(Q) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
