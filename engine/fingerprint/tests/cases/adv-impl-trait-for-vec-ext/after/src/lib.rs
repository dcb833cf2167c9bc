trait Mid { fn mid(&self) -> u32; }
impl Mid for Vec<u32> { fn mid(&self) -> u32 { self[self.len() / 3] } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    vec![1, x, 3, 4].mid()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
