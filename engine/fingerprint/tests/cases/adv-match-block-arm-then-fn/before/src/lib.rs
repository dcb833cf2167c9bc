fn n(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { 0 => { 1 } n if n > 50 => { n } _ => if x > 2 { n(x) } else { 0 } }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
