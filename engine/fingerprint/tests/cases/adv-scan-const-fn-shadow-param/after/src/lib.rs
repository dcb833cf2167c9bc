#[allow(non_upper_case_globals)] const p: u32 = 5;
fn f() -> u32 { p }
fn g(q: u32) -> u32 { f() + q }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    g(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
