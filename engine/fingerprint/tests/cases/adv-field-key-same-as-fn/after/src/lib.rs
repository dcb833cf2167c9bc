#[allow(dead_code)]
fn size(x: u32) -> u32 { x + 2 }
struct S { size: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S { size: x }.size
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
