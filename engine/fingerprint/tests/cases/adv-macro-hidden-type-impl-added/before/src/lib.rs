use std::fmt; struct S;
#[allow(unused_macros)] macro_rules! fix { ($w:literal) => { impl fmt::Display for S { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str($w) } } } }
fix!("a");
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{S}{x}", S = S)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
