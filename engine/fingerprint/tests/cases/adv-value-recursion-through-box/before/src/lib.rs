fn fix(f: &dyn Fn(&dyn Fn(u32) -> u32, u32) -> u32, x: u32) -> u32 { f(&|y| fix(f, y), x) }
fn base() -> u32 { 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    fix(&|rec, n| if n == 0 { base() } else { n * rec(n - 1) }, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
