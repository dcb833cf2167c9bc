struct S(u32);
macro_rules! getter { ($n:ident) => { fn $n(&self) -> u32 { self.0 + 2 } } }
impl S { getter!(get); }
#[scrat::stash]
pub fn run(x: u32) -> u32 { S(x).get() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
