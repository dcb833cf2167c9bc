extern crate scrat;
fn async(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    async(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
