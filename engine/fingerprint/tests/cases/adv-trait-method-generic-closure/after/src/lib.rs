trait Each { fn each<R>(&self, f: impl Fn(u32) -> R) -> Vec<R>; }
impl Each for u32 { fn each<R>(&self, f: impl Fn(u32) -> R) -> Vec<R> { (0..*self).map(f).collect() } }
fn k(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.each(k).into_iter().sum()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
