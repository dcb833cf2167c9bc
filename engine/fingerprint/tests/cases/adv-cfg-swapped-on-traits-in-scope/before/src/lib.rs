mod a { pub trait A { fn go(&self) -> u32; } impl A for u32 { fn go(&self) -> u32 { 1 } } }
mod b { pub trait B { fn go(&self) -> u32; } impl B for u32 { fn go(&self) -> u32 { 2 } } }
#[cfg(unix)] use a::A as _;
#[cfg(not(unix))] use b::B as _;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.go() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
