const K: u32 = 7;
macro_rules! pat { () => { K | 6 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { pat!() => 1, _ => 2 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
