#[allow(non_upper_case_globals)]
const scale: u32 = 2;
struct P { scale: u32 }
#[scrat::stash]
#[allow(non_upper_case_globals)]
pub fn run(x: u32) -> u32 { P { scale }.scale + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
