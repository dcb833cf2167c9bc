use std::sync::LazyLock;
fn table() -> Vec<u32> { vec![1, 2, 4] }
static T: LazyLock<Vec<u32>> = LazyLock::new(table);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    T.iter().sum::<u32>() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
