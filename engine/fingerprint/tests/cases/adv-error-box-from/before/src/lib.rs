use std::fmt;
#[derive(Debug)]
pub struct Bad;
impl fmt::Display for Bad { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str("bad") } }
impl std::error::Error for Bad {}
fn inner() -> Result<u32, Bad> { Err(Bad) }
fn outer() -> Result<u32, Box<dyn std::error::Error>> { Ok(inner()?) }
#[scrat::stash]
pub fn run(x: u32) -> String { format!("{} {x}", outer().unwrap_err()) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
