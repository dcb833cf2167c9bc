pub struct U; pub trait Push { fn push(&mut self, x: u32); } impl Push for U { fn push(&mut self, x: u32) { let _ = x + 1; } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut v = vec![];
    v.push(x);
    v.len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
