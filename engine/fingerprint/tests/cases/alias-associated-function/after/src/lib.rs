struct W<T>(T);
impl W<u32> { fn new(x: u32) -> Self { W(x + 2) } }
type A = W<u32>;
#[scrat::stash]
pub fn run(x: u32) -> u32 { A::new(x).0 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
