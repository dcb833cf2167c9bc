#[scrat::stash(watch(file = "limits.txt"))]
pub fn run(x: u32) -> u32 {
    std::fs::read_to_string("limits.txt").map_or(x, |text| text.len() as u32 + x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
