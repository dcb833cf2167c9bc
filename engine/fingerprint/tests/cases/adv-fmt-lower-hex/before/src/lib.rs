use std::fmt;
pub struct C3(u32);
impl fmt::LowerHex for C3 { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { write!(f, "h{}", self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> String { format!("{:x}", C3(x)) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
