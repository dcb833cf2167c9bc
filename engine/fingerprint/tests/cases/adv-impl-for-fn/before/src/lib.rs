pub trait Apply { fn apply(&self, x: u32) -> u32; }
impl<F: Fn(u32) -> u32> Apply for F { fn apply(&self, x: u32) -> u32 { self(x) + 1 } }
fn double(x: u32) -> u32 { x * 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    double.apply(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
