macro_rules! k { () => { 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let a = k!();
    #[allow(unused_macros)] macro_rules! k { () => { 2 } }
    a + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
