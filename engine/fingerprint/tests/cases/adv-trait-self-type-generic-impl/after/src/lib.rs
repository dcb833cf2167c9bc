trait V { fn v(&self) -> u32; }
struct W<T>(T); struct S;
impl V for S { fn v(&self) -> u32 { 1 } }
impl<T: V> V for W<T> { fn v(&self) -> u32 { self.0.v() + 20 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(W(S)).v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
