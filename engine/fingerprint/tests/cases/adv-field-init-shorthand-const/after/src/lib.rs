#[allow(non_upper_case_globals)]
const size: u32 = 5;
struct S { size: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S { size }.size + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
