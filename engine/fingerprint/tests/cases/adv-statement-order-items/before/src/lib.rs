#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let k = x;
    fn f() -> u32 { 4 }
    k + f()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
