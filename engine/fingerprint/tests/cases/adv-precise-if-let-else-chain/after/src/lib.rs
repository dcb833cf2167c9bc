#[allow(dead_code)] fn v(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    if let Some(v) = x.checked_sub(2) && v > 1 && let Some(v) = v.checked_sub(1) { v } else if let Some(v) = x.checked_add(1) { v * 2 } else { 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
