fn union(x: u32) -> u32 { x + 1 }
fn auto(x: u32) -> u32 { union(x) }
fn default(x: u32) -> u32 { auto(x) }
fn safe(x: u32) -> u32 { default(x) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    safe(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
