trait T { fn base(&self) -> u32; fn twice(&self) -> u32 { self.base() * 2 } }
struct A(u32);
impl T for A { fn base(&self) -> u32 { self.0 + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { A(x).twice() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
