#[allow(dead_code)]
fn helper(x: u32) -> u32 { x + 2 }
#[allow(unused_macro_rules)]
macro_rules! k { (a) => { 1 }; (b $x:expr) => { helper($x) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { k!(a) + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
