use std::sync::Mutex;
struct S { n: u32 } impl S { const fn new() -> S { S { n: 5 } } }
static M: Mutex<S> = Mutex::new(S::new());
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    M.lock().unwrap().n + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
