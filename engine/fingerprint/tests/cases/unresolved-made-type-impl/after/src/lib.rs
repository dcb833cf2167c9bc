macro_rules! make { ($n:ident) => { struct $n(u32); } }
make!(Made);
impl std::fmt::Display for Made { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "n{}", self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> String { Made(x).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
