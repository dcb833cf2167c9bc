struct C { a: u32, b: u32 }
impl Default for C { fn default() -> C { C { a: 1, b: 3 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let c = C { a: x, ..Default::default() }; c.a + c.b }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
