struct S(u32);
#[allow(dead_code)]
fn elsewhere() { impl std::fmt::Display for S { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "n{}", self.0) } } }
#[scrat::stash]
pub fn run(x: u32) -> String { S(x).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
