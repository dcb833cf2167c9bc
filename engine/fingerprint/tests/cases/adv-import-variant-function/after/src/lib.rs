pub enum E { A(u32), B(u32) }
impl E { fn v(&self) -> u32 { match self { E::A(n) => *n, E::B(n) => n * 2 } } }
use E::B as Mk;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Mk(x).v() + { let _ = E::B; 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
