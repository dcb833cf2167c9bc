#[allow(dead_code)] fn v(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut t = 0;
    for (i, v) in [x, 1].into_iter().enumerate() { if let Some(v) = v.checked_add(i as u32) { t += v; } }
    t
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
