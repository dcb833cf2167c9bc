#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { 0 => { const K: u32 = 2; K } _ => { const K: u32 = 1; K } }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
