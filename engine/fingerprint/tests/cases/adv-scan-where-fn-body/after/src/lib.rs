fn f<T>(t: T) -> u32 where T: Into<u32>, [u8; { 2 + 1 }]: Sized { t.into() + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
