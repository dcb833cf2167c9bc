const K: Option<u32> = Some(1);
#[scrat::stash]
pub fn run(x: u32) -> u32 { if let K = Some(x) { 1 } else { 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
