union U { a: u32, b: [u8; 4] }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    unsafe { U { a: x }.b[IDX] as u32 }
}
const IDX: usize = 0;

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
