const LOW: u32 = 1;
const HIGH: u32 = 9;
#[scrat::stash]
pub fn run(x: u32) -> u32 { match x { LOW..=HIGH => 1, _ => 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
