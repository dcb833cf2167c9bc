const K: u32 = 1;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let p = { const K: u32 = 5; K };
    let q = { K };
    p * 100 + q + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
