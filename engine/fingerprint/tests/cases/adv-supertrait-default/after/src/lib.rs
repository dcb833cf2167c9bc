pub trait Base { fn id(&self) -> u32 { 4 } }
pub trait Sub: Base { fn both(&self) -> u32 { self.id() * 2 } }
pub struct P;
impl Base for P {}
impl Sub for P {}
fn go<T: Sub>(t: T) -> u32 { t.both() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go(P) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
