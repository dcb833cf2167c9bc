#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let a = { fn h(x: u32) -> u32 { x * 3 } h(x) };
    let b = { fn h(x: u32) -> u32 { x + 1 } h(x) };
    a * 100 + b
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
