struct A(u32);
impl A { fn get(&self) -> u32 { self.0 + 1 } }
fn make(x: u32) -> Option<A> { Some(A(x)) }
#[scrat::stash]
pub fn run(x: u32) -> u32 { make(x).map(|a| a.get()).unwrap_or(0) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
