pub trait T { fn base(&self) -> u32; }
impl dyn T + '_ { fn v(&self) -> u32 { self.base() + 2 } }
pub struct S(u32);
impl T for S { fn base(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let b: Box<dyn T> = Box::new(S(x));
    b.v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
