struct A(u32); impl A { fn v(&self) -> u32 { self.0 + 1 } }
macro_rules! ty { () => { A } }
fn mk(x: u32) -> ty!() { A(x) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mk(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
