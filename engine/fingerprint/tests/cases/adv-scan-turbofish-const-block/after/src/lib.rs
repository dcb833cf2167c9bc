const K: usize = 3;
trait T { fn n<const N: usize>(&self) -> u32; }
impl T for u32 { fn n<const N: usize>(&self) -> u32 { N as u32 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.n::<{ K + 1 }>()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
