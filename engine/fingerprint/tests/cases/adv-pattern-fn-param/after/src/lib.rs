struct W<const N: usize>([u32; N]);
const N0: usize = 2;
fn f(W([a, b]): W<N0>) -> u32 { a * b }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(W([x, N0 as u32]))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
