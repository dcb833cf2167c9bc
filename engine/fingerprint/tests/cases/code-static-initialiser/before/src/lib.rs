use std::sync::LazyLock;
fn build() -> Vec<u32> { vec![1, 2] }
static ALL: LazyLock<Vec<u32>> = LazyLock::new(build);
#[scrat::stash]
pub fn run(x: u32) -> u32 { ALL.iter().sum::<u32>() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
