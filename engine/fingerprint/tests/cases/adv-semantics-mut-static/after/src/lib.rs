static mut N: u32 = 0;
fn bump() { unsafe { N += 2; } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    bump(); let n = unsafe { N }; bump(); let m = unsafe { N }; m - n + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
