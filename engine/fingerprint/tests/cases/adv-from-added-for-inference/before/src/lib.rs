mod t { pub struct M(pub u32); } mod im { impl From<super::t::M> for u64 { fn from(m: super::t::M) -> u64 { m.0 as u64 + 1 } } }
fn w(n: impl Into<u64>) -> u64 { n.into() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    w(t::M(x)) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
