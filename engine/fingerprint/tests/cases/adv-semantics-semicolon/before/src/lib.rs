#[scrat::stash]
pub fn run(x: u32) -> String {
    let u = { let _y = { x + 1 }; }; format!("{u:?}")
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
