#[track_caller]
fn at() -> u32 { std::panic::Location::caller().line() }
fn f() -> u32 { at() }
#[scrat::stash]
pub fn run(x: u32) -> u32 { f() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
