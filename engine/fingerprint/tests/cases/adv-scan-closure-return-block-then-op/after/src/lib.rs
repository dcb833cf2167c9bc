fn v(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let r = { let g = |v: u32| { v * 2 }; g(1) } + v(x);
    r
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
