const A: u32 = 1;
const B: u32 = 5;
#[scrat::stash]
pub fn run(x: u32) -> u32 { match Some(x) { Some(A | B) => 1, _ => 0 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
