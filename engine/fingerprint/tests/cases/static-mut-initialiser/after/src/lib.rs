use std::sync::Mutex;
static S: Mutex<u32> = Mutex::new(START);
const START: u32 = 5;
fn get() -> u32 { *S.lock().unwrap() }
#[scrat::stash]
pub fn run(x: u32) -> u32 { get() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
