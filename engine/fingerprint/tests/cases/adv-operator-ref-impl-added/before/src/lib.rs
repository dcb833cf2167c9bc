struct V(u32);
impl PartialEq<V> for u32 { fn eq(&self, o: &V) -> bool { *self == o.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    (x == V(5)) as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
