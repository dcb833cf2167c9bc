fn g(x: u32) -> u32 { x }
fn f(x: u32) -> u32 { g(x) }
struct S(u32);
impl S { fn b(&self) -> u32 { self.0 } fn a(&self) -> u32 { self.b() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(S(x).a()) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
