fn f() -> u32 { line!() }
#[scrat::stash]
pub fn run(x: u32) -> u32 { f() + x }
#[allow(dead_code)]
// remark

fn last() {}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
