struct A(u32); struct B(u32);
impl A { fn next(self) -> B { B(self.0 + 1) } }
impl B { fn fin(self) -> u32 { self.0 * 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A(x).next().fin()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
