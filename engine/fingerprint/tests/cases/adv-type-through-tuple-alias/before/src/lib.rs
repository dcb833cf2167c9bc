struct D(u32); impl D { fn v(&self) -> u32 { self.0 + 1 } }
type F = (fn(u32) -> D, u32);
fn mk(x: u32) -> D { D(x) }
const T: F = (mk, 1);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (T.0)(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
