fn watched(x: u32) -> u32 {
    x
}

fn other(x: u32) -> u32 {
    x + 1
}

#[scrat::stash(version = "1", watch(watched))]
pub fn run(x: u32) -> u32 {
    x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
