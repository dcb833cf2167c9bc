thread_local! { #[allow(dead_code)] static V: u32 = 5; }
#[scrat::stash]
pub fn run(x: u32) -> u32 { x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
