fn v(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let fs: [fn(u32) -> u32; 2] = [|v| v * 2, v];
    fs.iter().fold(x, |a, f| f(a))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
