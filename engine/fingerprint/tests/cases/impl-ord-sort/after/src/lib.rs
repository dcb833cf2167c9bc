#[derive(PartialEq, Eq)]
struct S(u32);
impl PartialOrd for S { fn partial_cmp(&self, o: &S) -> Option<std::cmp::Ordering> { Some(self.cmp(o)) } }
impl Ord for S { fn cmp(&self, o: &S) -> std::cmp::Ordering { o.0.cmp(&self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let mut v = vec![S(x), S(3)]; v.sort(); v[0].0 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
