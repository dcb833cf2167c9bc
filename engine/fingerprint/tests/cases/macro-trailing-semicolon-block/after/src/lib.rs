fn helper(x: u32) -> u32 { x + 2 }
macro_rules! block { ($b:block) => { $b } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { block!({ let y = helper(x); y }) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
