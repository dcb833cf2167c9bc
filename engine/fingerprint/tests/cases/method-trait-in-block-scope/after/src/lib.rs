mod m { pub trait T { fn go(self) -> u32; } impl T for u32 { fn go(self) -> u32 { self + 2 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { use m::T as _; x.go() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
