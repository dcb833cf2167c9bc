macro_rules! inner { ($f:literal) => { cfg!(feature = $f) } }
macro_rules! outer { () => { inner!("fast") } }
fn helper(x: u32) -> u32 { if outer!() { x } else { x + 1 } }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
