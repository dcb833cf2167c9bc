#[scrat::stash(watch(env = "SCRAT_WATCHED_MODE"))]
pub fn run(x: u32) -> u32 {
    std::env::var("SCRAT_WATCHED_MODE").map_or(x, |mode| mode.len() as u32 + x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
