#[allow(dead_code, non_upper_case_globals)]
const total: u32 = 1;
mod m { pub fn g() -> u32 { super::total } }
#[scrat::stash]
pub fn run(x: u32) -> String { format!("{}", m::g() + x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
