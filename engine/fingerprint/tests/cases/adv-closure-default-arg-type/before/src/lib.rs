const N: usize = 2;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let f = |a: [u32; N], b: u32| a.len() as u32 + b;
    f([x; N], 1)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
