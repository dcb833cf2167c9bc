#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let p = { macro_rules! k { () => { 1 } } k!() };
    let q = { macro_rules! k { () => { 2 } } k!() };
    p * 100 + q + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
