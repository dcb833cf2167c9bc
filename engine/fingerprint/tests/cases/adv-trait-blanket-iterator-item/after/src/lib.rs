trait V { fn v(&self) -> u32; }
struct S(u32); impl V for S { fn v(&self) -> u32 { self.0 + 2 } }
fn all<I>(i: I) -> u32 where I: IntoIterator, I::Item: V { i.into_iter().map(|s| s.v()).sum() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    all(vec![S(x)])
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
