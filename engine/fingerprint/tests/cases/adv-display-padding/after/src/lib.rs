use std::fmt;
struct S;
impl fmt::Display for S { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.pad("t") } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{:>4}{x}", S)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
