struct D(u32); impl D { fn v(&self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let t = ((D(x), 1), 2);
    t.0.0.v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
