mod util;
fn f(x: u32) -> u32 { case::lib_f(x) + util::k() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}

fn main() { println!("{}", run(1)); }
