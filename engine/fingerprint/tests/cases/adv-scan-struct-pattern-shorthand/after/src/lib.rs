fn w(x: u32) -> u32 { x + 2 }
struct S { w: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let a = { let S { w } = S { w: x }; w };
    a + w(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
