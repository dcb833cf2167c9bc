#[allow(dead_code)]
fn f(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let y = f(x);
    fn f(x: u32) -> u32 { x + 10 }
    y
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
