#[derive(PartialEq, Eq)]
struct P(u32);
const ORIGIN: P = P(5);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match P(x) { ORIGIN => 1, P(n) => n }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
