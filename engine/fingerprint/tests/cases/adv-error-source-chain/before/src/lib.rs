use std::{error::Error, fmt};
#[derive(Debug)] struct A; #[derive(Debug)] struct B(A);
impl fmt::Display for A { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str("a") } }
impl fmt::Display for B { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str("b") } }
impl Error for A {}
impl Error for B { fn source(&self) -> Option<&(dyn Error + 'static)> { Some(&self.0) } }
fn text(e: &dyn Error) -> String { e.source().map_or(String::new(), |s| s.to_string()) }
#[scrat::stash]
pub fn run(x: u32) -> String {
    text(&B(A)).repeat(x as usize)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
