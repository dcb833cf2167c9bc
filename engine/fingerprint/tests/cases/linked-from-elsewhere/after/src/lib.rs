unsafe extern "C" { safe fn abs(x: i32) -> i32; }
#[scrat::stash]
pub fn run(x: i32) -> i32 { abs(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
