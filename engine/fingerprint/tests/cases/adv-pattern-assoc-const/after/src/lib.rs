struct S;
impl S { const K: u32 = 6; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { S::K => 1, _ => 2 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
