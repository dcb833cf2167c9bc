#[allow(dead_code)] fn a(x: u32) -> u32 { x + 1 }
fn id<'a>(x: &'a u32) -> &'a u32 { x }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    *id(&x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
