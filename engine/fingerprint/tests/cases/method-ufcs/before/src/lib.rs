trait T { fn go(&self) -> u32; }
struct A(u32);
impl T for A { fn go(&self) -> u32 { self.0 + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { <A as T>::go(&A(x)) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
