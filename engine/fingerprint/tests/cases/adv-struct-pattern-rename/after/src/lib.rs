#[allow(dead_code)]
fn size(x: u32) -> u32 { x + 2 }
struct S { size: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let S { size: n } = S { size: x };
    n
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
