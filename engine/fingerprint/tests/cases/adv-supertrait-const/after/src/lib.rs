pub trait Base { const N: u32 = 1; }
pub trait Sub: Base { fn get(&self) -> u32 { Self::N } }
pub struct P;
impl Base for P { const N: u32 = 5; }
impl Sub for P {}
fn go(t: &dyn Fn(u32) -> u32, p: P) -> u32 { t(p.get()) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go(&|n| n + x, P)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
