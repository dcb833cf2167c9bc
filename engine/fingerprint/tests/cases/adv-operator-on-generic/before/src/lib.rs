use std::ops::Add;
#[derive(Clone, Copy)] struct V(u32);
impl Add for V { type Output = V; fn add(self, o: V) -> V { V(self.0 + o.0) } }
fn twice<T: Add<Output = T> + Copy>(t: T) -> T { t + t }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    twice(V(x)).0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
