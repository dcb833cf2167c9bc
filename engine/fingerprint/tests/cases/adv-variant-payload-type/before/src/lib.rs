struct P(u32); impl P { fn v(&self) -> u32 { self.0 + 1 } }
enum E { A(P), #[allow(dead_code)] N }
fn mk(x: u32) -> E { E::A(P(x)) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match mk(x) { E::A(p) => p.v(), E::N => 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
