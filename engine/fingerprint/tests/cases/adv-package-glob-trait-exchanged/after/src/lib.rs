use outer::two::*;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.go()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
