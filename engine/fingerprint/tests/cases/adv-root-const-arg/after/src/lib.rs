pub type In = u64;
#[scrat::stash]
pub fn run(x: In) -> usize { size_of_val(&x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
