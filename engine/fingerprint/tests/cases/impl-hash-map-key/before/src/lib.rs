use std::collections::HashSet;
#[derive(Eq)]
struct S(u32);
impl PartialEq for S { fn eq(&self, o: &S) -> bool { self.0 % 2 == o.0 % 2 } }
impl std::hash::Hash for S { fn hash<H: std::hash::Hasher>(&self, h: &mut H) { (self.0 % 2).hash(h) } }
#[scrat::stash]
pub fn run(x: u32) -> usize { (0..x).map(S).collect::<HashSet<_>>().len() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
