fn helper(x: &u32) -> bool { *x > 1 }
#[scrat::stash]
pub fn run(x: u32) -> usize { [1, 2, 3, x].iter().filter(|v| helper(v)).count() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
