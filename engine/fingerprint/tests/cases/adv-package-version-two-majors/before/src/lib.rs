#[scrat::stash]
pub fn run(x: u32) -> u32 {
    two::go(x)
}
#[scrat::stash]
pub fn first(x: u32) -> u32 { one::go(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
