struct S(u32);
trait T { fn t(&self) -> u32 { impl S { fn hidden(&self) -> u32 { self.0 + 2 } } 0 } }
impl T for S {}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).hidden()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
