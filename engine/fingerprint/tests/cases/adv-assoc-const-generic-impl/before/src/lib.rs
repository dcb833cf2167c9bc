struct A<T>(T); impl<T> A<T> { const W: usize = size_of::<T>() + K; }
const K: usize = 1;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::<u32>::W as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
