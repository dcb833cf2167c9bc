struct A(u32); impl A { fn new(x: u32) -> A { A(x) } }
pub struct B(pub u32); impl B { pub fn new(x: u32) -> B { B(x + 100) } }
struct P { a: A, b: Option<B> }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let p = P { a: A::new(x), b: None };
    p.a.0 + p.b.map_or(0, |b| b.0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
