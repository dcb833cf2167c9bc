trait Base { fn base(&self) -> u32; }
trait Sub: Base {}
struct A(u32);
impl Base for A { fn base(&self) -> u32 { self.0 + 1 } }
impl Sub for A {}
fn get<T: Sub>(t: T) -> u32 { t.base() }
#[scrat::stash]
pub fn run(x: u32) -> u32 { get(A(x)) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
