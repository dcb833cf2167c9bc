extern "C" fn cb(x: u32) -> u32 { x + 2 }
fn call(f: extern "C" fn(u32) -> u32, x: u32) -> u32 { f(x) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    call(cb, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
