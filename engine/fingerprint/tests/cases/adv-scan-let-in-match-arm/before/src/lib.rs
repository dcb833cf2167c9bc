fn v(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { 0 => { let v = 1; v } _ => v(x) }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
