#[allow(dead_code)] fn size(x: u32) -> u32 { x + 1 }
struct S { size: u32 }
#[scrat::stash]
pub fn run(x: u32) -> String {
    let s = S { size: x }; format!("{}", s.size)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
