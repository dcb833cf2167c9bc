#[allow(non_upper_case_globals)]
const limit: u32 = 3;
#[scrat::stash]
#[allow(unused_variables, unreachable_patterns)]
pub fn run(x: u32) -> u32 { match x { limit => 1, _ => 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
