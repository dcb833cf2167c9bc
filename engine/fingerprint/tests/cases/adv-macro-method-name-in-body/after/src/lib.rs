struct A; impl A { fn go(&self) -> u32 { 5 } }
macro_rules! go { ($e:expr) => { $e.go() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go!(A) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
