trait Named: std::fmt::Display {}
struct S(u32);
impl std::fmt::Display for S { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "s{}", self.0) } }
impl Named for S {}
fn all(x: u32) -> Vec<Box<dyn Named>> { vec![Box::new(S(x))] }
#[scrat::stash]
pub fn run(x: u32) -> String { all(x)[0].to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
