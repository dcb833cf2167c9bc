#[allow(dead_code)] fn v(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match (x, 1) { (v, 0) if v > 2 => v, (v, w) | (w, v) if w == v => v + w, (v, _) => { let w = v; w } }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
