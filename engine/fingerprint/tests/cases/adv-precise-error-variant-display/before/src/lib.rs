use std::fmt;
#[derive(Debug)] pub struct Bad;
impl fmt::Display for Bad { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str("bad") } }
pub fn other() -> Result<u32, Bad> { Err(Bad) }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{x}")
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
