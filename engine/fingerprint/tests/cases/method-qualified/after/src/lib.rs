#[derive(Clone, Copy)] struct A(u32);
impl A { fn new(x: u32) -> A { A(x) } }
#[derive(Clone, Copy)] struct B(u32);
impl B { #[allow(dead_code)] fn new(x: u32) -> B { B(x + 2) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let b = B(1); A::new(x).0 + b.0 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
