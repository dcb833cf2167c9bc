#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut n = 0;
    'a: for i in 0..x { 'b: for j in 0..x { n += 1; if i + j > 2 { break 'b; } } if n > 99 { break } }
    n
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
