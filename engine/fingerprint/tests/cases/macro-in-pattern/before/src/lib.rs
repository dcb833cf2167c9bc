const K: u32 = 3;
macro_rules! k { () => { K } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { match x { k!() => 1, _ => 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
