trait T { fn t(&self) -> u32; }
impl T for u32 { fn t(&self) -> u32 { self + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    [x].iter().map(T::t).sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
