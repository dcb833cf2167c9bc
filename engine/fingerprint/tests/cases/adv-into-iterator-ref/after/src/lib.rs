pub struct Bag(Vec<u32>);
impl<'a> IntoIterator for &'a Bag { type Item = &'a u32; type IntoIter = std::slice::Iter<'a, u32>; fn into_iter(self) -> Self::IntoIter { self.0[1..].iter() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let b = Bag(vec![x, 2]);
    let mut n = 0;
    for v in &b { n += v; }
    n
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
