#[allow(dead_code)] fn v(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    if let Some(v) = match x { 0 => None, n => Some(n) } { v + 1 } else { 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
