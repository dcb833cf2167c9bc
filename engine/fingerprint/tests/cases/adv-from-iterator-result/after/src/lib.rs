pub struct Bag(u32);
impl FromIterator<u32> for Bag { fn from_iter<I: IntoIterator<Item = u32>>(i: I) -> Self { Bag(i.into_iter().max().unwrap_or(0)) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (0..x).map(|n| Ok::<u32, ()>(n)).collect::<Result<Bag, ()>>().map_or(0, |b| b.0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
