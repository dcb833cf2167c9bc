struct S(u32);
macro_rules! add { ($t:ident) => { impl $t { fn extra(&self) -> u32 { helper(self.0) } } } }
fn helper(x: u32) -> u32 { x + 2 }
add!(S);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).extra()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
