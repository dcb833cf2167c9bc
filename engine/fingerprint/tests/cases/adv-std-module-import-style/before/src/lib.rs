use std::fmt;
pub struct P(u32);
impl fmt::Display for P { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}", self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    P(x).to_string()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
