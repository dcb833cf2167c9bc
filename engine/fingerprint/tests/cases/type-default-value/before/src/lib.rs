#[derive(Default)]
struct A { b: B }
struct B(u32);
impl Default for B { fn default() -> Self { B(7) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { A::default().b.0 + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
