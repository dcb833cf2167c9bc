#[allow(dead_code)] fn v(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut s = vec![x];
    let mut t = 0;
    while let Some(v) = s.pop() { t += v; if v > 3 { s.push(v - 1); } }
    t
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
