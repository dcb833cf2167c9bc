struct A(u32);
struct B(u32);
impl Default for A { fn default() -> A { A(1) } }
impl Default for B { fn default() -> B { B(2) } }
macro_rules! pick { () => { A } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let v: pick!() = Default::default(); let _ = B(0).0; v.0 + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
