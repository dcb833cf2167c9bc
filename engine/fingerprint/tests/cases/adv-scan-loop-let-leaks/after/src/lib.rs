fn v(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut t = 0;
    loop { let v = t + 1; t = v; if t > 3 { break; } }
    t + v(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
