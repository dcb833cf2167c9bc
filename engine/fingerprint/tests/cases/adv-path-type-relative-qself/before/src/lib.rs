trait L { fn l(&self) -> u32; }
impl<T> L for [T] { fn l(&self) -> u32 { self.len() as u32 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    <[u32]>::l(&[x, 1])
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
