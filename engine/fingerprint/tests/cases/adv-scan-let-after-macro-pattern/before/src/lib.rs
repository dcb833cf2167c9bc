macro_rules! pair { ($a:ident, $b:ident) => { ($a, $b) } }
fn a(x: u32) -> (u32, u32) { (x + 1, 2) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let pair!(a, b) = a(x);
    a + b
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
