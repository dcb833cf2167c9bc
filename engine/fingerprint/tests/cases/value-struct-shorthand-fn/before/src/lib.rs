fn go(x: u32) -> u32 { x + 1 }
struct S { go: fn(u32) -> u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let s = S { go }; (s.go)(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
