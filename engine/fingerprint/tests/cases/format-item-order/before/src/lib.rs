fn f(x: u32) -> u32 { g(x) }
fn g(x: u32) -> u32 { x }
struct S(u32);
impl S { fn a(&self) -> u32 { self.b() } fn b(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(S(x).a()) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
