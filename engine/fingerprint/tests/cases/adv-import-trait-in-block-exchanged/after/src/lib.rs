mod t { pub trait A { fn g(&self) -> u32; } impl A for u32 { fn g(&self) -> u32 { 1 } } pub trait B { fn g(&self) -> u32; } impl B for u32 { fn g(&self) -> u32 { 2 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    use t::B;
    x.g()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
