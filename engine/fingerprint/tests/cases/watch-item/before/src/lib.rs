mod registry {
    pub fn called_back(x: u32) -> u32 {
        x + 1
    }
}

#[scrat::stash(watch(registry::called_back))]
pub fn run(x: u32) -> u32 {
    x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
