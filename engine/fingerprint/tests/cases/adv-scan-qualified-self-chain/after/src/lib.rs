trait B { type C: Dd; } trait Dd { const E: u32; }
struct A; struct Cc; impl B for A { type C = Cc; } impl Dd for Cc { const E: u32 = 5; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    <<A as B>::C as Dd>::E + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
