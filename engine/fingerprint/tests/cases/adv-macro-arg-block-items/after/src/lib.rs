macro_rules! id { ($b:block) => { $b } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    id!({ fn h(x: u32) -> u32 { x + 2 } h(x) })
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
