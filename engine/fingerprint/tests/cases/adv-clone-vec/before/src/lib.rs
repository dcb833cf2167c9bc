pub struct D(u32);
impl Clone for D { fn clone(&self) -> Self { D(self.0 + 1) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    vec![D(x); 3].iter().map(|d| d.0).sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
