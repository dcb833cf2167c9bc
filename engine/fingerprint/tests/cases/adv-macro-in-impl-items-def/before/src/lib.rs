struct S(u32);
macro_rules! getter { ($n:ident) => { fn $n(&self) -> u32 { helper(self.0) } } }
fn helper(x: u32) -> u32 { x + 1 }
impl S { getter!(one); }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).one()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
