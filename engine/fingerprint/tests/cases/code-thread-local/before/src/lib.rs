fn start() -> u32 { 5 }
thread_local! { static V: u32 = start(); }
#[scrat::stash]
pub fn run(x: u32) -> u32 { V.with(|v| *v) + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
