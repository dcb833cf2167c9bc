struct A(u32);
impl A { fn go(&self) -> u32 { self.0 + 1 } }
macro_rules! call { ($o:expr, $m:ident) => { $o.$m() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { call!(A(x), go) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
