mod m { pub struct Deep(pub u32); impl Deep { pub fn v(&self) -> u32 { self.0 + 1 } } pub fn mk(x: u32) -> Deep { Deep(x) } }
mod n { pub fn w(x: u32) -> impl std::ops::Deref<Target = super::m::Deep> { Box::new(super::m::mk(x)) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    n::w(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
