use util::{f, g};
mod util { pub fn f(x: u32) -> u32 { x + 1 } pub fn g(x: u32) -> u32 { x } }
pub struct S { a: u32, b: u32 }
impl S { fn v(&self) -> u32 { self.a + self.b } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    let s = S { a: f(x), b: g(x) };
    format!("{} {:?}", s.v(), [1, 2])
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
