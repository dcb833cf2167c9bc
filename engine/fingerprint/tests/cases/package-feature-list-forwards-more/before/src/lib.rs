#[scrat::stash]
pub fn run(x: u32) -> u32 { outer::doubled(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
