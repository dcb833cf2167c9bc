pub struct N(String);
impl AsRef<str> for N { fn as_ref(&self) -> &str { &self.0 } }
fn len(s: impl AsRef<str>) -> u32 { s.as_ref().len() as u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    len(N("abc".into())) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
