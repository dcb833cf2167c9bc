macro_rules! add { ($e:expr) => { { let y = 10; $e + y } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let y = x; add!(y)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
