pub trait Base { fn b(&self) -> u32; }
pub trait Sub: Base { }
pub struct P(u32);
impl Base for P { fn b(&self) -> u32 { self.0 + 1 } }
impl Sub for P {}
fn make(x: u32) -> Box<dyn Sub> { Box::new(P(x)) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let s = make(x);
    let b: &dyn Base = &*s;
    b.b()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
