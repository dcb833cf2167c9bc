use std::fmt;
pub struct S;
macro_rules! imp { ($t:ty) => { impl fmt::Display for $t { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str("two") } } } }
pub fn other() { imp! { S } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    S.to_string().repeat(x as usize)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
