fn f(x: u32) -> u32 { x + 1 } mod b { pub fn f(x: u32) -> u32 { x * 3 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let p = { use b::f; f(x) };
    let q = { f(x) };
    p * 100 + q
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
