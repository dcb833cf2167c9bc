fn step(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let p = step as fn(u32) -> u32 as usize;
    let f: fn(u32) -> u32 = unsafe { std::mem::transmute(p) };
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
