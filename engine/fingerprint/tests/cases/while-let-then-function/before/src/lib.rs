fn item(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let mut v = vec![1]; while let Some(item) = v.pop() { let _ = item; } item(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
