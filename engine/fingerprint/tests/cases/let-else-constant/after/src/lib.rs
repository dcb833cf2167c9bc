const K: u32 = 5;
#[scrat::stash]
pub fn run(x: u32) -> u32 { let K = x else { return 0 }; 1 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
