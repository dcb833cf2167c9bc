pub struct S(u32);
macro_rules! getter { ($n:ident) => { pub fn $n(&self) -> u32 { self.0 } } }
impl S { getter!(count_ones); }

impl std::ops::Deref for S {
    type Target = u32;
    fn deref(&self) -> &u32 {
        &self.0
    }
}
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).count_ones()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
