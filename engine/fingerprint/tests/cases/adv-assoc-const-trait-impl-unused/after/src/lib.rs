trait T { const K: u32; fn v(&self) -> u32; }
struct A(u32); impl T for A { const K: u32 = 6; fn v(&self) -> u32 { self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
