struct S(u32);
macro_rules! show { ($t:ty) => { impl std::fmt::Display for $t { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "n{}", self.0) } } } }
show!(S);
#[scrat::stash]
pub fn run(x: u32) -> String { S(x).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
