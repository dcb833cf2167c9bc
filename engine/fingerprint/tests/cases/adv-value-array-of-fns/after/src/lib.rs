fn a(x: u32) -> u32 { x + 1 }
fn b(x: u32) -> u32 { x * 2 }
const T: [fn(u32) -> u32; 2] = [b, a];
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    T.iter().fold(x, |v, f| f(v))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
