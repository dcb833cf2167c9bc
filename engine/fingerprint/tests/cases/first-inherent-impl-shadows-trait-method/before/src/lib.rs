pub struct S(u32);
pub trait Value {
    fn value(&self) -> u32;
}
impl Value for S {
    fn value(&self) -> u32 {
        self.0
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).value()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
