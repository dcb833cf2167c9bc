struct V(u32);
impl PartialEq for V { fn eq(&self, o: &V) -> bool { self.0 == o.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let mut v = vec![V(x), V(x + 1), V(9)];
    v.dedup();
    v.len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
