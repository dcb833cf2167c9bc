pub struct S(u32);
mod imps { macro_rules! imp { ($t:path) => { impl std::fmt::Display for $t { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "i") } } } }
imp!(crate::S); }
#[scrat::stash]
pub fn run(x: u32) -> String { S(x).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
