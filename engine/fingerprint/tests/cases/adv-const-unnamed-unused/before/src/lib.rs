const LIM: u32 = 9;
const _: () = assert!(LIM > 3);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    LIM + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
