#[allow(dead_code)] pub struct Item(u32); impl Item { pub fn next(&self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut i: Box<dyn Iterator<Item = u32>> = Box::new(0..x);
    i.next().unwrap_or(0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
