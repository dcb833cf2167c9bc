const WHY: &str = "even";
#[scrat::stash]
pub fn run(x: u32) -> String {
    std::panic::catch_unwind(|| -> u32 { panic!("{WHY} {x}") }).err().and_then(|e| e.downcast::<String>().ok()).map_or_else(String::new, |s| *s)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
