#[allow(dead_code)]
fn total(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> String { let total = x * 2; format!("{}", total) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
