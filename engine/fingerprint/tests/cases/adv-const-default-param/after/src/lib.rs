struct B<const N: usize = 4>;
impl<const N: usize> B<N> { fn n(&self) -> u32 { N as u32 } }
fn mk() -> B { B }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mk().n() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
